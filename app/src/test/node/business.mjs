// A business with two tenants, with unmodified supabase-js: rows, files, changes, queues and functions of one stay its own.
import assert from "node:assert/strict";
import { anonKey, client, data, refusal, serviceRoleKey, signedIn, url } from "./stabbur.mjs";

const password = "correct horse battery staple";
const service = client(serviceRoleKey);
const shared = (supabase) => supabase.schema("shared");
const home = (supabase) => supabase.schema("home_services");
const text = (content) => new Blob([content], { type: "text/plain" });

async function tenant(name) {
  const made = data(
    await shared(service).from("tenants").insert({ name, industry: "home_services", subdomain: name }).select().single(),
  );
  const email = `owner@${name}.example.org`;
  const { user } = data(await service.auth.admin.createUser({ email, password, email_confirm: true }));
  data(await shared(service).from("users").insert({ id: user.id, tenant_id: made.id, email, role: "admin" }));
  return { id: made.id, name, user: user.id, supabase: await signedIn(email, password) };
}

const north = await tenant("north");
const south = await tenant("south");

// The hook put the tenant into the token.
const { session } = data(await north.supabase.auth.getSession());
const claims = JSON.parse(Buffer.from(session.access_token.split(".")[1], "base64url"));
assert.equal(claims.tenant_id, north.id);
assert.equal(claims.industry, "home_services");
assert.equal(claims.subdomain, "north");
assert.equal(claims.role, "authenticated");

// Rows: each sees its own, and writes for nobody else.
for (const one of [north, south]) {
  one.customer = data(
    await shared(one.supabase)
      .from("customers")
      .insert({ tenant_id: one.id, first_name: "Kari", last_name: one.name, tags: ["new"] })
      .select()
      .single(),
  );
}
assert.deepEqual(
  data(await shared(north.supabase).from("customers").select("last_name")).map((row) => row.last_name),
  ["north"],
);
assert.equal(data(await shared(north.supabase).from("tenants").select("name")).length, 1);
assert.equal(data(await shared(north.supabase).from("users").select("email")).length, 1);
assert.equal(
  refusal(await shared(north.supabase).from("customers").insert({ tenant_id: south.id, first_name: "a", last_name: "b" })).code,
  "42501",
);
assert.equal(
  data(await shared(north.supabase).from("customers").update({ first_name: "x" }).eq("id", south.customer.id).select()).length,
  0,
);
assert.equal(data(await shared(client()).from("customers").select("id")).length, 0);

// Changes over realtime: only of one's own tenant.
const heard = [];
const channel = north.supabase
  .channel("orders")
  .on("postgres_changes", { event: "*", schema: "home_services", table: "work_orders" }, (change) => heard.push(change.new.tenant_id));
await new Promise((resolve, reject) =>
  channel.subscribe((status, error) => {
    if (status === "SUBSCRIBED") resolve();
    if (status === "CHANNEL_ERROR" || status === "TIMED_OUT") reject(error ?? new Error(status));
  }),
);
// the subscription counts from its confirmation by the system on; until then orders are made again
const order = (one) =>
  home(one.supabase)
    .from("work_orders")
    .insert({ tenant_id: one.id, customer_id: one.customer.id, service_type: "plumbing" })
    .select()
    .single();
const signed = data(await order(south));
assert.match(signed.metadata.signature, /^[0-9a-f]{64}$/);
for (let tries = 0; heard.length === 0; tries++) {
  assert.ok(tries < 40, "no change of the own tenant was told");
  data(await order(south));
  data(await order(north));
  await new Promise((resolve) => setTimeout(resolve, 500));
}
assert.ok(heard.every((id) => id === north.id));
await north.supabase.removeChannel(channel);
assert.ok(data(await home(north.supabase).from("work_orders").select("tenant_id")).every((row) => row.tenant_id === north.id));

// Files: folders by tenant, avatars for everybody.
for (const bucket of ["documents", "attachments"]) {
  const files = north.supabase.storage.from(bucket);
  data(await files.upload(`${north.id}/plan.txt`, text("plan"), { contentType: "text/plain" }));
  refusal(await files.upload(`${south.id}/plan.txt`, text("plan"), { contentType: "text/plain" }));
  refusal(await south.supabase.storage.from(bucket).download(`${north.id}/plan.txt`));
  assert.equal(await data(await files.download(`${north.id}/plan.txt`)).text(), "plan");
  assert.equal(data(await south.supabase.storage.from(bucket).list(north.id)).length, 0);
}
refusal(await north.supabase.storage.from("documents").upload(`${north.id}/x.bin`, new Blob(["x"]), { contentType: "application/zip" }));
const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
data(await north.supabase.storage.from("avatars").upload(`${north.id}/a.png`, png, { contentType: "image/png" }));
const avatar = north.supabase.storage.from("avatars").getPublicUrl(`${north.id}/a.png`).data.publicUrl;
assert.equal((await fetch(avatar)).status, 200);

// A queue, of which each tenant sees its own messages.
const queue = (supabase) => supabase.schema("pgmq_public");
for (const one of [north, south]) {
  data(await queue(one.supabase).rpc("send", { queue_name: "dispatch", message: { tenant_id: one.id, job: one.name } }));
}
refusal(await queue(north.supabase).rpc("send", { queue_name: "dispatch", message: { tenant_id: south.id } }));
const read = data(await queue(north.supabase).rpc("read", { queue_name: "dispatch", sleep_seconds: 30, n: 10 }));
assert.deepEqual(read.map((each) => each.message.job), ["north"]);
assert.equal(data(await queue(north.supabase).rpc("archive", { queue_name: "dispatch", message_id: read[0].msg_id + 1 })), false);
assert.equal(data(await queue(north.supabase).rpc("delete", { queue_name: "dispatch", message_id: read[0].msg_id })), true);
assert.equal(data(await queue(south.supabase).rpc("pop", { queue_name: "dispatch" }))[0].message.job, "south");
refusal(await queue(client()).rpc("pop", { queue_name: "dispatch" }));

// A function that acts for the tenant of its caller.
const summary = data(await north.supabase.functions.invoke("tenant-summary"));
assert.deepEqual(summary, { customers: ["north"] });
assert.equal((await fetch(url + "/functions/v1/tenant-summary", { headers: { apikey: anonKey } })).status, 401);

// The schedule has collected metrics, and the operator looks at the database.
for (let tries = 0; ; tries++) {
  const metrics = data(await shared(service).from("metrics").select("tenant_id, metric_name, metric_value"));
  if (metrics.some((row) => row.tenant_id === north.id && row.metric_name === "daily_new_customers" && row.metric_value === 1)) break;
  assert.ok(tries < 60, "no metrics were collected: " + JSON.stringify(metrics));
  await new Promise((resolve) => setTimeout(resolve, 500));
}
for (const view of ["database_performance", "slow_queries", "connection_stats"]) {
  assert.ok(data(await service.from(view).select("*").limit(5)).length > 0, view);
  refusal(await north.supabase.from(view).select("*"));
}
console.log("both tenants are served");
process.exit(0);
