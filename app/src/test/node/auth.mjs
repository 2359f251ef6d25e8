// Every sign-in flow of supabase-js against a running server. Codes arrive by the signed send_email hook.
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { client, data, refusal, serviceRoleKey, url } from "./stabbur.mjs";

const [hookPort, hookSecret] = process.argv.slice(2);
const password = "korrekt hest";
const app = "http://app.example.org/velkommen";
const mails = new Map();

const hook = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const signed = `${request.headers["webhook-id"]}.${request.headers["webhook-timestamp"]}.${body}`;
  const key = Buffer.from(hookSecret.replace("v1,whsec_", ""), "base64");
  const good = "v1," + createHmac("sha256", key).update(signed).digest("base64");
  assert.equal(request.headers["webhook-signature"], good);
  const { user, email_data } = JSON.parse(body);
  mails.set(email_data.new_email ?? user.email, email_data);
  response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
});
await new Promise((resolve) => hook.listen(Number(hookPort), "127.0.0.1", resolve));

/** The next mail to an address; what strangers ask for is sent after their answer. */
async function mailed(email) {
  for (let tried = 0; !mails.has(email); tried++) {
    assert.ok(tried < 500, `no mail to ${email}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const mail = mails.get(email);
  mails.delete(email);
  return mail;
}

const newEmail = () => `person-${randomUUID()}@example.org`;
const admin = client(serviceRoleKey);
const shown = [];

async function step(name, work) {
  await work();
  shown.push(name);
}

/** A client with a confirmed user signed in. */
async function signedIn(options = {}) {
  const email = newEmail();
  data(await admin.auth.admin.createUser({ email, password, email_confirm: true }));
  const supabase = client(undefined, options);
  const { session } = data(await supabase.auth.signInWithPassword({ email, password }));
  return { supabase, email, session };
}

function totp(secret, shift = 0) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30000) + shift));
  const hash = createHmac("sha1", key).update(counter).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(number % 1000000).padStart(6, "0");
}

/** What a browser does with an address: to the provider, back, and on to the app. */
async function browse(address) {
  let at = address;
  for (let i = 0; i < 5 && !at.startsWith(app); i++) {
    const answer = await fetch(at, { redirect: "manual" });
    at = answer.headers.get("location");
    assert.ok(at, `no redirect: ${answer.status} ${await answer.text()}`);
  }
  return new URL(at);
}

await step("sign-up, confirmation by code, sign-in", async () => {
  const email = newEmail();
  const supabase = client();
  const first = data(await supabase.auth.signUp({ email, password, options: { data: { navn: "Kari" } } }));
  assert.equal(first.session, null);
  assert.equal(refusal(await supabase.auth.signInWithPassword({ email, password })).code, "email_not_confirmed");
  const verified = data(await supabase.auth.verifyOtp({ email, token: (await mailed(email)).token, type: "signup" }));
  assert.equal(verified.user.user_metadata.navn, "Kari");
  const again = data(await supabase.auth.signUp({ email, password }));
  assert.deepEqual(again.user.identities, []);
  data(await supabase.auth.signInWithPassword({ email, password }));
});

await step("get user and claims, refresh, sign out", async () => {
  const { supabase, email, session } = await signedIn();
  assert.equal(data(await supabase.auth.getUser()).user.email, email);
  assert.equal(data(await supabase.auth.getClaims()).claims.email, email);
  const fresh = data(await supabase.auth.refreshSession());
  assert.notEqual(fresh.session.refresh_token, session.refresh_token);
  data(await client().auth.setSession(fresh.session));
  for (const scope of ["others", "local"]) {
    assert.equal((await supabase.auth.signOut({ scope })).error, null);
  }
  assert.equal(refusal(await client().auth.refreshSession(fresh.session)).code, "refresh_token_not_found");
});

await step("one-time passwords: new user, known user, refused user", async () => {
  const email = newEmail();
  const supabase = client();
  data(await supabase.auth.signInWithOtp({ email }));
  data(await supabase.auth.verifyOtp({ email, token: (await mailed(email)).token, type: "email" }));
  data(await supabase.auth.signInWithOtp({ email }));
  data(await supabase.auth.verifyOtp({ token_hash: (await mailed(email)).token_hash, type: "email" }));
  const refused = await supabase.auth.signInWithOtp({ email: newEmail(), options: { shouldCreateUser: false } });
  assert.equal(refusal(refused).code, "otp_disabled");
});

await step("magic link with PKCE through the browser", async () => {
  const { email } = await signedIn();
  const supabase = client(undefined, { auth: { flowType: "pkce" } });
  data(await supabase.auth.signInWithOtp({ email, options: { emailRedirectTo: app } }));
  const { token_hash, redirect_to } = await mailed(email);
  assert.equal(redirect_to, app);
  const landed = await browse(`${url}/auth/v1/verify?token=${token_hash}&type=magiclink&redirect_to=${app}`);
  const { session } = data(await supabase.auth.exchangeCodeForSession(landed.searchParams.get("code")));
  assert.equal(session.user.email, email);
});

await step("recovery and a new password", async () => {
  const { supabase, email } = await signedIn();
  data(await supabase.auth.resetPasswordForEmail(email, { redirectTo: app }));
  const other = client();
  data(await other.auth.verifyOtp({ email, token: (await mailed(email)).token, type: "recovery" }));
  data(await other.auth.updateUser({ password: "glemt og funnet" }));
  assert.equal(refusal(await other.auth.updateUser({ password: "glemt og funnet" })).code, "same_password");
  assert.equal(refusal(await client().auth.signInWithPassword({ email, password })).code, "invalid_credentials");
  data(await client().auth.signInWithPassword({ email, password: "glemt og funnet" }));
});

await step("resend, weak password, reauthentication", async () => {
  const email = newEmail();
  const supabase = client();
  const weak = refusal(await supabase.auth.signUp({ email, password: "kort" }));
  assert.equal(weak.name, "AuthWeakPasswordError");
  assert.deepEqual(weak.reasons, ["length"]);
  data(await supabase.auth.signUp({ email, password }));
  const first = await mailed(email);
  data(await supabase.auth.resend({ type: "signup", email }));
  const second = await mailed(email);
  assert.notEqual(first.token_hash, second.token_hash);
  data(await supabase.auth.verifyOtp({ email, token: second.token, type: "signup" }));
  data(await supabase.auth.reauthenticate());
  assert.match((await mailed(email)).token, /^[0-9]{6}$/);
});

await step("invitation and generated links", async () => {
  const email = newEmail();
  data(await admin.auth.admin.inviteUserByEmail(email, { data: { enhet: "a" }, redirectTo: app }));
  const supabase = client();
  data(await supabase.auth.verifyOtp({ email, token: (await mailed(email)).token, type: "invite" }));
  data(await supabase.auth.updateUser({ password }));
  for (const type of ["magiclink", "recovery"]) {
    const { properties } = data(await admin.auth.admin.generateLink({ type, email }));
    const { session } = data(await client().auth.verifyOtp({ token_hash: properties.hashed_token, type }));
    assert.equal(session.user.email, email);
  }
});

await step("change of address, agreed to by both", async () => {
  const { supabase, email } = await signedIn();
  const fresh = newEmail();
  data(await supabase.auth.updateUser({ email: fresh }));
  const { token, token_new } = await mailed(fresh);
  data(await supabase.auth.verifyOtp({ email, token, type: "email_change" }));
  const { user } = data(await supabase.auth.verifyOtp({ email: fresh, token: token_new, type: "email_change" }));
  assert.equal(user.email, fresh);
});

await step("anonymous, then permanent", async () => {
  const supabase = client();
  const { user } = data(await supabase.auth.signInAnonymously());
  assert.equal(user.is_anonymous, true);
  const email = newEmail();
  data(await supabase.auth.updateUser({ email }));
  const after = data(await supabase.auth.verifyOtp({ email, token: (await mailed(email)).token, type: "email_change" }));
  assert.equal(after.user.is_anonymous, false);
  assert.equal(after.user.id, user.id);
});

await step("second factor with a software authenticator", async () => {
  const { supabase, email } = await signedIn();
  const factor = data(await supabase.auth.mfa.enroll({ factorType: "totp", friendlyName: "app" }));
  assert.match(factor.totp.qr_code, /^data:image\/svg\+xml;utf-8,<svg/);
  data(await supabase.auth.mfa.challengeAndVerify({ factorId: factor.id, code: totp(factor.totp.secret) }));
  assert.equal(data(await supabase.auth.mfa.getAuthenticatorAssuranceLevel()).currentLevel, "aal2");
  const later = client();
  data(await later.auth.signInWithPassword({ email, password }));
  const level = data(await later.auth.mfa.getAuthenticatorAssuranceLevel());
  assert.deepEqual([level.currentLevel, level.nextLevel], ["aal1", "aal2"]);
  assert.equal(refusal(await later.auth.updateUser({ password: "et nytt et" })).code, "insufficient_aal");
  const challenge = data(await later.auth.mfa.challenge({ factorId: factor.id }));
  data(await later.auth.mfa.verify({ factorId: factor.id, challengeId: challenge.id, code: totp(factor.totp.secret, 1) }));
  assert.equal(data(await later.auth.mfa.listFactors()).totp.length, 1);
  data(await later.auth.mfa.unenroll({ factorId: factor.id }));
});

await step("OAuth in the browser, implicit", async () => {
  const supabase = client(undefined, { auth: { flowType: "implicit" } });
  const start = data(await supabase.auth.signInWithOAuth({ provider: "keycloak", options: { redirectTo: app, skipBrowserRedirect: true } }));
  const landed = await browse(start.url);
  const values = new URLSearchParams(landed.hash.slice(1));
  const { user } = data(await supabase.auth.setSession({ access_token: values.get("access_token"), refresh_token: values.get("refresh_token") }));
  assert.equal(user.app_metadata.provider, "keycloak");
  assert.ok(values.get("provider_token"));
});

await step("OAuth in the browser, PKCE", async () => {
  const supabase = client(undefined, { auth: { flowType: "pkce" } });
  const start = data(await supabase.auth.signInWithOAuth({ provider: "keycloak", options: { redirectTo: app, skipBrowserRedirect: true } }));
  const landed = await browse(start.url);
  const { session } = data(await supabase.auth.exchangeCodeForSession(landed.searchParams.get("code")));
  assert.equal(session.user.identities[0].provider, "keycloak");
  assert.ok(session.provider_token);
});

await step("linking and unlinking an identity", async () => {
  const { supabase } = await signedIn();
  const start = data(await supabase.auth.linkIdentity({ provider: "keycloak", options: { redirectTo: app, skipBrowserRedirect: true } }));
  await browse(start.url);
  const { identities } = data(await supabase.auth.getUserIdentities());
  assert.equal(identities.length, 2);
  data(await supabase.auth.unlinkIdentity(identities.find((i) => i.provider === "keycloak")));
  assert.equal(data(await supabase.auth.getUserIdentities()).identities.length, 1);
});

await step("administration", async () => {
  const email = newEmail();
  const { user } = data(await admin.auth.admin.createUser({ email, password, email_confirm: true }));
  assert.equal(refusal(await admin.auth.admin.createUser({ email })).code, "email_exists");
  const page = data(await admin.auth.admin.listUsers({ page: 1, perPage: 2 }));
  assert.equal(page.users.length, 2);
  assert.equal(page.nextPage, 2);
  assert.ok(page.total > 2);
  data(await admin.auth.admin.updateUserById(user.id, { ban_duration: "24h" }));
  assert.equal(refusal(await client().auth.signInWithPassword({ email, password })).code, "user_banned");
  assert.equal(data(await admin.auth.admin.getUserById(user.id)).user.email, email);
  data(await admin.auth.admin.deleteUser(user.id));
  assert.equal(refusal(await admin.auth.admin.getUserById(user.id)).code, "user_not_found");
  assert.equal(refusal(await client().auth.admin.listUsers()).code, "not_admin");
});

hook.close();
console.log(JSON.stringify(shown));
