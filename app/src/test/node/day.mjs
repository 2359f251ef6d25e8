// A peer mentor's day, with unmodified supabase-js: work is logged, a claim is filed and approved, and nobody else sees it.
import assert from "node:assert/strict";
import { anonKey, client, data, publishableKey, refusal, serviceRoleKey, signedIn, url } from "./stabbur.mjs";

const mark = crypto.randomUUID().slice(0, 8);
const password = "correct horse battery staple " + mark;
const receipt = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xd9]);

async function manage(path, body) {
  const answer = await fetch(url + "/admin/v1/organizations" + path, {
    method: "POST",
    headers: { apikey: serviceRoleKey, Authorization: "Bearer " + serviceRoleKey, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return answer.json();
}

const email = (name) => `${name}-${mark}@example.org`;
const organization = (name) => manage("", { name, slug: `${name}-${mark}`, admin_email: email(name + "-admin"), password });
const member = (org, name, role) => manage(`/${org.id}/members`, { email: email(name), role, password });
const claimsOf = async (supabase) => {
  const { session } = data(await supabase.auth.getSession());
  return JSON.parse(Buffer.from(session.access_token.split(".")[1], "base64url"));
};

const own = await organization("own");
const other = await organization("other");
await member(own, "coordinator", "coordinator");
await member(own, "mentor", "peer_mentor");
await member(own, "colleague", "peer_mentor");
await member(other, "stranger", "coordinator");

// The coordinator signs in; the peer mentor signs in, with claims of their own.
const coordinator = await signedIn(email("coordinator"), password);
const mentor = await signedIn(email("mentor"), password);
const claims = await claimsOf(mentor);
assert.equal(claims.role, "authenticated");
assert.equal(claims.user_role, "peer_mentor");
assert.equal(claims.organization_id, own.id);

// The mentor logs an activity, uploads a receipt and files a claim.
const activity = data(
  await mentor.from("activities").insert({ title: "A walk", type: "meeting", duration_minutes: 90, summary: "We talked." }).select().single(),
);
assert.equal(activity.user_id, claims.sub);
assert.equal(activity.summary, "We talked.");
const path = `${own.id}/${claims.sub}/receipt.jpg`;
data(await mentor.storage.from("receipts").upload(path, receipt, { contentType: "image/jpeg" }));
const claim = data(
  await mentor
    .from("expense_claims")
    .insert({ kind: "receipt", amount: 345.5, currency: "NOK", description: "Bus", activity_id: activity.id, receipt_path: path, status: "submitted" })
    .select()
    .single(),
);

// The coordinator sees it with its activity, approves it and opens the receipt.
const seen = data(
  await coordinator.from("expense_claims").select("id, amount, status, receipt_path, activities(title)").eq("status", "submitted"),
);
assert.deepEqual(seen, [{ id: claim.id, amount: 345.5, status: "submitted", receipt_path: path, activities: { title: "A walk" } }]);
const approved = data(await coordinator.from("expense_claims").update({ status: "approved" }).eq("id", claim.id).select().single());
assert.equal(approved.status, "approved");
assert.equal(approved.decided_by, (await claimsOf(coordinator)).sub);
const opened = data(await coordinator.storage.from("receipts").download(seen[0].receipt_path));
assert.deepEqual(new Uint8Array(await opened.arrayBuffer()), receipt);

// A mentor cannot approve: the row is decided, and it is their own.
assert.deepEqual(data(await mentor.from("expense_claims").update({ status: "paid" }).eq("id", claim.id).select()), []);

// Nobody else sees anything, in the tables or among the files.
const colleague = await signedIn(email("colleague"), password);
const stranger = await signedIn(email("stranger"), password);
for (const outsider of [colleague, stranger]) {
  for (const table of ["activities", "expense_claims"]) {
    assert.deepEqual(data(await outsider.from(table).select("*")), [], table);
  }
  assert.deepEqual(data(await outsider.storage.from("receipts").list(`${own.id}/${claims.sub}`)), []);
  assert.equal(refusal(await outsider.storage.from("receipts").download(path)).statusCode, "403");
}
for (const key of [publishableKey, anonKey]) {
  const anon = client(key);
  for (const table of ["activities", "expense_claims", "organizations", "memberships", "profiles"]) {
    const answer = await anon.from(table).select("*");
    assert.ok(answer.error?.code === "42501" || answer.data?.length === 0, `${table}: ${JSON.stringify(answer)}`);
  }
  refusal(await anon.storage.from("receipts").download(path));
}

// A role changed in the database is in the token after a refresh, and not before.
const service = client(serviceRoleKey);
data(await service.from("memberships").update({ role: "coordinator" }).eq("user_id", claims.sub).select().single());
assert.equal((await claimsOf(mentor)).user_role, "peer_mentor");
data(await mentor.auth.refreshSession());
assert.equal((await claimsOf(mentor)).user_role, "coordinator");

console.log("the day is over");
