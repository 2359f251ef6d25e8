// Every sign-in flow of supabase-js against a running server. A window of the test's own shows the mails and text
// messages that were sent: `/mail?to=` and `/text?to=` wait for the next one.
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { client, data, refusal, serviceRoleKey, url } from "./stabbur.mjs";

const [window, idToken, idTokenEmail] = process.argv.slice(2);
const password = "korrekt hest";
const app = "http://app.example.org/velkommen";

/** The next mail to an address: its code, its link, and the link's token hash. */
const mailed = async (email) => (await fetch(`${window}/mail?to=${encodeURIComponent(email)}`)).json();

/** The code of the next text message to a number. */
const texted = async (phone) => (await (await fetch(`${window}/text?to=${phone}`)).json()).token;

const newPhone = () => "47" + String(Math.floor(10000000 + Math.random() * 89999999));
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
  const landed = await browse((await mailed(email)).link);
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
  const [agreed, accepted] = [await mailed(email), await mailed(fresh)];
  data(await supabase.auth.verifyOtp({ email, token: agreed.token, type: "email_change" }));
  const { user } = data(await supabase.auth.verifyOtp({ email: fresh, token: accepted.token, type: "email_change" }));
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

await step("links of mails, implicit: sign-up, magic link, recovery, invitation, change of address", async () => {
  const email = newEmail();
  const supabase = client();
  const follow = async (to, type) => {
    const values = new URLSearchParams((await browse((await mailed(to)).link)).hash.slice(1));
    assert.equal(values.get("type"), type);
    data(await supabase.auth.setSession({ access_token: values.get("access_token"), refresh_token: values.get("refresh_token") }));
  };
  const options = { emailRedirectTo: app };
  data(await supabase.auth.signUp({ email, password, options }));
  await follow(email, "signup");
  data(await supabase.auth.signInWithOtp({ email, options }));
  await follow(email, "magiclink");
  data(await supabase.auth.resetPasswordForEmail(email, { redirectTo: app }));
  await follow(email, "recovery");
  const fresh = newEmail();
  data(await supabase.auth.updateUser({ email: fresh }, options));
  const half = await browse((await mailed(fresh)).link);
  assert.ok(new URLSearchParams(half.hash.slice(1)).get("message"));
  await follow(email, "email_change");
  assert.equal(data(await supabase.auth.getUser()).user.email, fresh);
  const invited = newEmail();
  data(await admin.auth.admin.inviteUserByEmail(invited, { redirectTo: app }));
  await follow(invited, "invite");
});

await step("a nonce proves who changes the password", async () => {
  const { supabase, email } = await signedIn();
  data(await supabase.auth.reauthenticate());
  const { token } = await mailed(email);
  data(await supabase.auth.updateUser({ password: "noe helt annet", nonce: token }));
  data(await client().auth.signInWithPassword({ email, password: "noe helt annet" }));
});

await step("phone: sign-up, code, password, change of number", async () => {
  const [phone, fresh] = [newPhone(), newPhone()];
  const supabase = client();
  data(await supabase.auth.signUp({ phone: `+${phone}`, password }));
  assert.equal(refusal(await supabase.auth.signInWithPassword({ phone: `+${phone}`, password })).code, "phone_not_confirmed");
  data(await supabase.auth.verifyOtp({ phone: `+${phone}`, token: await texted(phone), type: "sms" }));
  data(await client().auth.signInWithPassword({ phone: `+${phone}`, password }));
  data(await supabase.auth.signInWithOtp({ phone: `+${phone}` }));
  const code = await texted(phone);
  data(await supabase.auth.verifyOtp({ phone: `+${phone}`, token: code, type: "sms" }));
  assert.equal(refusal(await supabase.auth.verifyOtp({ phone: `+${phone}`, token: code, type: "sms" })).code, "otp_expired");
  data(await supabase.auth.updateUser({ phone: `+${fresh}` }));
  await texted(fresh);
  data(await supabase.auth.resend({ type: "phone_change", phone: `+${fresh}` }));
  data(await supabase.auth.verifyOtp({ phone: `+${fresh}`, token: await texted(fresh), type: "phone_change" }));
  assert.equal(data(await supabase.auth.getUser()).user.phone, fresh);
});

await step("a phone as second factor", async () => {
  const { supabase } = await signedIn();
  const phone = newPhone();
  const factor = data(await supabase.auth.mfa.enroll({ factorType: "phone", phone: `+${phone}`, friendlyName: "phone" }));
  const challenge = data(await supabase.auth.mfa.challenge({ factorId: factor.id, channel: "sms" }));
  const wrong = await supabase.auth.mfa.verify({ factorId: factor.id, challengeId: challenge.id, code: "000000" });
  assert.equal(refusal(wrong).code, "mfa_verification_failed");
  data(await supabase.auth.mfa.verify({ factorId: factor.id, challengeId: challenge.id, code: await texted(phone) }));
  assert.equal(data(await supabase.auth.mfa.getAuthenticatorAssuranceLevel()).currentLevel, "aal2");
});

await step("an id token signs in", async () => {
  const supabase = client();
  const { user } = data(await supabase.auth.signInWithIdToken({ provider: "google", token: idToken }));
  assert.equal(user.email, idTokenEmail);
  assert.equal(user.app_metadata.provider, "google");
  const parts = idToken.split(".");
  const forged = await supabase.auth.signInWithIdToken({ provider: "google", token: [parts[0], parts[1], "AAAA"].join(".") });
  assert.equal(refusal(forged).status, 400);
});

await step("errors carry their codes in both versions of the API", async () => {
  const older = client(undefined, {
    global: {
      fetch: (input, init) => {
        const headers = new Headers(init.headers);
        headers.delete("X-Supabase-Api-Version");
        return fetch(input, { ...init, headers });
      },
    },
  });
  for (const supabase of [client(), older]) {
    const email = newEmail();
    assert.equal(refusal(await supabase.auth.signInWithPassword({ email, password })).code, "invalid_credentials");
    assert.equal(refusal(await supabase.auth.verifyOtp({ email, token: "123456", type: "email" })).code, "otp_expired");
    assert.equal(refusal(await supabase.auth.refreshSession({ refresh_token: "aaaaaaaaaaaa" })).code, "refresh_token_not_found");
    assert.equal(refusal(await supabase.auth.signUp({ email, password: "kort" })).code, "weak_password");
    assert.equal(refusal(await supabase.auth.getUser("not.a.token")).code, "bad_jwt");
  }
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
  data(await admin.auth.admin.updateUserById(user.id, { ban_duration: "none", user_metadata: { navn: "Kari" }, app_metadata: { enhet: "a" } }));
  const { supabase: theirs, session } = await signedIn();
  data(await theirs.auth.mfa.enroll({ factorType: "totp", friendlyName: "app" }));
  const { factors } = data(await admin.auth.admin.mfa.listFactors({ userId: session.user.id }));
  data(await admin.auth.admin.mfa.deleteFactor({ userId: session.user.id, id: factors[0].id }));
  assert.equal((await admin.auth.admin.signOut(session.access_token)).error, null);
  assert.equal(refusal(await theirs.auth.refreshSession()).code, "refresh_token_not_found");
  const fresh = newEmail();
  for (const [type, more] of [["signup", { password }], ["invite", {}], ["email_change_current", { newEmail: newEmail() }], ["email_change_new", { newEmail: newEmail() }]]) {
    const of = type === "signup" || type === "invite" ? fresh : email;
    const { properties } = data(await admin.auth.admin.generateLink({ type, email: of, ...more }));
    assert.equal(properties.verification_type, type);
    assert.match(properties.action_link, /\/auth\/v1\/verify\?token=/);
  }
  data(await admin.auth.admin.deleteUser(session.user.id, true));
  data(await admin.auth.admin.deleteUser(user.id));
  assert.equal(refusal(await admin.auth.admin.getUserById(user.id)).code, "user_not_found");
  assert.equal(refusal(await client().auth.admin.listUsers()).code, "not_admin");
});

console.log(JSON.stringify(shown));
