// The OAuth server with clients that know nothing of it: openid-client as the program that signs people in, and
// supabase-js as the app whose page asks for their consent.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import * as oidc from "openid-client";
import { anonKey, client, data, refusal, serviceRoleKey, url } from "./stabbur.mjs";

const [consentPage] = process.argv.slice(2);
const password = "korrekt hest";
const admin = client(serviceRoleKey);
const shown = [];
const insecure = { execute: [oidc.allowInsecureRequests] };
const server = new URL(url + "/auth/v1");
const loopback = "http://127.0.0.1/callback";

async function step(name, work) {
  await work();
  shown.push(name);
}

async function signedIn() {
  const email = `person-${randomUUID()}@example.org`;
  data(await admin.auth.admin.createUser({ email, password, email_confirm: true, user_metadata: { name: "Kari" } }));
  const app = client();
  data(await app.auth.signInWithPassword({ email, password }));
  return { app, email };
}

/** The program sends the browser away; it ends at the app's page with the id of an authorization. */
async function authorization(config, parameters) {
  const away = oidc.buildAuthorizationUrl(config, parameters);
  const answer = await fetch(away, { redirect: "manual" });
  assert.equal(answer.status, 302, await answer.text());
  const page = new URL(answer.headers.get("location"));
  assert.equal(page.origin + page.pathname, consentPage);
  return page.searchParams.get("authorization_id");
}

/** One whole sign-in with PKCE; returns the tokens. */
async function signIn(config, app, scope, redirect = loopback.replace("127.0.0.1", "127.0.0.1:49152")) {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const id = await authorization(config, {
    redirect_uri: redirect,
    scope,
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const asked = data(await app.auth.oauth.getAuthorizationDetails(id));
  const back = asked.redirect_url
    ? asked
    : data(await app.auth.oauth.approveAuthorization(id, { skipBrowserRedirect: true }));
  return {
    asked,
    tokens: await oidc.authorizationCodeGrant(config, new URL(back.redirect_url), {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: scope.includes("openid") ? nonce : undefined,
      idTokenExpected: scope.includes("openid"),
    }),
  };
}

await step("an administrator's confidential client signs somebody in", async () => {
  const made = data(
    await admin.auth.admin.oauth.createClient({ client_name: "Regnskap", redirect_uris: [loopback] }),
  );
  assert.ok(made.client_secret);
  const config = await oidc.discovery(server, made.client_id, made.client_secret, oidc.ClientSecretBasic(made.client_secret), insecure);
  const { app, email } = await signedIn();
  const { asked, tokens } = await signIn(config, app, "openid email profile");
  assert.equal(asked.client.name, "Regnskap");
  assert.equal(asked.user.email, email);
  const claims = tokens.claims();
  assert.equal(claims.email, email);
  assert.equal(claims.name, "Kari");
  // it says who somebody is, and opens nothing
  for (const path of ["/auth/v1/user", "/auth/v1/factors", "/auth/v1/user/oauth/grants", "/rest/v1/profiles", "/storage/v1/bucket"]) {
    const refused = await fetch(url + path, { headers: { apikey: anonKey, authorization: `Bearer ${tokens.id_token}` } });
    assert.ok([401, 403, 400].includes(refused.status), `${path}: ${refused.status}`);
  }
  const stolen = await fetch(url + "/auth/v1/user", {
    method: "PUT",
    headers: { apikey: anonKey, authorization: `Bearer ${tokens.id_token}`, "content-type": "application/json" },
    body: JSON.stringify({ password: "et annet passord 9" }),
  });
  assert.ok([401, 403].includes(stolen.status), `a password was changed: ${stolen.status}`);
  const info = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(info.email, email);

  // organisations are managed by the project's own apps
  for (const token of [tokens.access_token, (await app.auth.getSession()).data.session.access_token]) {
    const organizations = await fetch(url + "/admin/v1/organizations", {
      headers: { apikey: anonKey, authorization: `Bearer ${token}` },
    });
    assert.equal(organizations.status, token === tokens.access_token ? 403 : 200);
  }

  const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(refreshed.refresh_token, tokens.refresh_token);

  const again = await signIn(config, app, "openid email");
  assert.ok(again.asked.redirect_url, "somebody who consented is asked again");

  assert.equal(data(await app.auth.oauth.listGrants())[0].client.id, made.client_id);
  data(await app.auth.oauth.revokeGrant({ clientId: made.client_id }));
  await assert.rejects(oidc.refreshTokenGrant(config, again.tokens.refresh_token), (e) => e.error === "invalid_grant");
  assert.equal(data(await app.auth.oauth.listGrants()).length, 0);
});

await step("a public client registers itself and ends what it was given", async () => {
  const config = await oidc.dynamicClientRegistration(
    server,
    { client_name: "CLI", redirect_uris: [loopback, "http://[::1]/callback"], token_endpoint_auth_method: "none" },
    oidc.None(),
    insecure,
  );
  // nobody is sent to a page that a stranger has named before somebody has consented
  const trap = "https://stranger.example.org/";
  const stranger = await oidc.dynamicClientRegistration(server, { redirect_uris: [trap] }, undefined, insecure);
  const link = (id, to) =>
    `${url}/auth/v1/oauth/authorize?client_id=${id}&redirect_uri=${encodeURIComponent(to)}&response_type=token`;
  const kept = await fetch(link(stranger.clientMetadata().client_id, trap), { redirect: "manual" });
  assert.equal(kept.status, 400);
  assert.equal(kept.headers.get("location"), null);
  const sent = await fetch(link(config.clientMetadata().client_id, "http://[::1]/callback"), { redirect: "manual" });
  assert.equal(sent.status, 302);
  const { app } = await signedIn();
  const { tokens } = await signIn(config, app, "email", "http://[::1]:50001/callback");
  await oidc.tokenRevocation(config, tokens.refresh_token);
  await assert.rejects(oidc.refreshTokenGrant(config, tokens.refresh_token), (e) => e.error === "invalid_grant");
});

await step("somebody who says no", async () => {
  const made = data(await admin.auth.admin.oauth.createClient({ client_name: "Spill", redirect_uris: [loopback] }));
  const config = await oidc.discovery(server, made.client_id, made.client_secret, undefined, insecure);
  const { app } = await signedIn();
  const id = await authorization(config, {
    redirect_uri: loopback,
    state: "xyz",
    code_challenge: await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier()),
    code_challenge_method: "S256",
  });
  data(await app.auth.oauth.getAuthorizationDetails(id));
  const denied = data(await app.auth.oauth.denyAuthorization(id, { skipBrowserRedirect: true }));
  const back = new URL(denied.redirect_url);
  assert.equal(back.searchParams.get("error"), "access_denied");
  assert.equal(back.searchParams.get("state"), "xyz");
  assert.equal(refusal(await app.auth.oauth.approveAuthorization(id, { skipBrowserRedirect: true })).status, 400);
});

await step("a device without a browser", async () => {
  const made = data(
    await admin.auth.admin.oauth.createClient({
      client_name: "TV",
      redirect_uris: [loopback],
      token_endpoint_auth_method: "none",
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
    }),
  );
  const config = await oidc.discovery(server, made.client_id, undefined, oidc.None(), insecure);
  const waiting = await oidc.initiateDeviceAuthorization(config, { scope: "openid email" });
  const { app, email } = await signedIn();
  const session = data(await app.auth.getSession()).session;
  const asked = await (
    await fetch(`${url}/auth/v1/oauth/devices/${waiting.user_code}`, {
      headers: { apikey: serviceRoleKey, Authorization: `Bearer ${session.access_token}` },
    })
  ).json();
  assert.equal(asked.client.name, "TV");
  const polling = oidc.pollDeviceAuthorizationGrant(config, waiting);
  data(await app.auth.oauth.approveAuthorization(asked.authorization_id, { skipBrowserRedirect: true }));
  assert.equal((await polling).claims().email, email);
});

await step("administration", async () => {
  const made = data(await admin.auth.admin.oauth.createClient({ client_name: "A", redirect_uris: [loopback] }));
  const id = made.client_id;
  assert.equal(data(await admin.auth.admin.oauth.getClient(id)).client_name, "A");
  assert.equal(data(await admin.auth.admin.oauth.updateClient(id, { client_name: "B" })).client_name, "B");
  assert.notEqual(data(await admin.auth.admin.oauth.regenerateClientSecret(id)).client_secret, made.client_secret);
  assert.ok(data(await admin.auth.admin.oauth.listClients()).clients.some((one) => one.client_id === id));
  assert.equal((await admin.auth.admin.oauth.deleteClient(id)).error, null);
  assert.equal(refusal(await admin.auth.admin.oauth.getClient(id)).status, 404);
});

console.log(JSON.stringify(shown));
