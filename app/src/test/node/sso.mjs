// signInWithSSO of supabase-js in both flows, with a browser that follows redirects and posts forms.
import assert from "node:assert/strict";
import { client, data, refusal } from "./stabbur.mjs";

const [domain, redirectTo] = process.argv.slice(2);

/** Goes where the url leads and posts what the page there would post; where the browser is sent last. */
async function browse(url) {
  const page = await (await fetch(url)).text();
  const value = (name) => page.match(new RegExp(`name="${name}" value="([^"]*)"`))[1];
  const action = page.match(/action="([^"]*)"/)[1];
  const answer = await fetch(action, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ SAMLResponse: value("SAMLResponse"), RelayState: value("RelayState") }),
  });
  assert.equal(answer.status, 303);
  return answer.headers.get("location");
}

const implicit = client(undefined, { auth: { flowType: "implicit" } });
const { url } = data(await implicit.auth.signInWithSSO({ domain, options: { redirectTo } }));
const landed = await browse(url);
assert.ok(landed.startsWith(redirectTo + "#"), landed);
const fragment = new URLSearchParams(landed.split("#")[1]);
const { user } = data(
  await implicit.auth.setSession({
    access_token: fragment.get("access_token"),
    refresh_token: fragment.get("refresh_token"),
  }),
);
assert.equal(user.email, "kari@bedrift.example");
assert.match(user.app_metadata.provider, /^sso:/);
data(await implicit.auth.refreshSession());

const store = new Map();
const storage = {
  getItem: (key) => store.get(key) ?? null,
  setItem: (key, value) => store.set(key, value),
  removeItem: (key) => store.delete(key),
};
const pkce = client(undefined, { auth: { flowType: "pkce", storage, persistSession: true } });
const started = data(await pkce.auth.signInWithSSO({ domain, options: { redirectTo } }));
const back = new URL(await browse(started.url));
assert.equal(back.hash, "");
const session = data(await pkce.auth.exchangeCodeForSession(back.searchParams.get("code")));
assert.equal(session.user.id, user.id);

const unknown = refusal(await pkce.auth.signInWithSSO({ domain: "unknown.example" }));
assert.equal(unknown.code, "sso_provider_not_found");
console.log("both flows");
