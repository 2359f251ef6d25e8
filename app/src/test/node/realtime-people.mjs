// Realtime for signed-in people through unmodified supabase-js: changes of rows that policies allow, private channels, REST,
// a token that is renewed on an open channel, signing out. The argument `restart FOLDER` joins, and lives through a restart.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { client, data, publishableKey, secretKey } from "./stabbur.mjs";

const LIMIT = 30_000;
const shown = [];
const show = async (what, steps) => {
  await steps();
  shown.push(what);
};

const until = async (what, holds) => {
  const end = Date.now() + LIMIT;
  while (!(await holds())) {
    assert.ok(Date.now() < end, "not in time: " + what);
    await settled(50);
  }
};
const settled = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Joins; fails with the reason. */
const joined = (channel) =>
  new Promise((resolve, reject) =>
    channel.subscribe((status, error) => {
      if (status === "SUBSCRIBED") resolve(channel);
      else if (status !== "CLOSED") reject(error ?? new Error(status));
    }),
  );

/** Joins, and gives the reason of the refusal. */
const refused = (channel) =>
  new Promise((resolve, reject) =>
    channel.subscribe((status, error) => {
      if (status === "CHANNEL_ERROR") resolve(String(error?.message ?? error));
      if (status === "SUBSCRIBED") reject(new Error("the join was accepted"));
    }),
  );

const admin = client(secretKey);
const password = "correct horse battery";
async function person() {
  const email = "rt" + crypto.randomUUID() + "@example.org";
  const { user } = data(await admin.auth.admin.createUser({ email, password, email_confirm: true }));
  const supabase = client(publishableKey);
  data(await supabase.auth.signInWithPassword({ email, password }));
  return { supabase, id: user.id };
}

/** What changes of notes the person's channel gets. */
async function listening({ supabase }, topic, binding) {
  const events = [];
  const system = [];
  const channel = supabase
    .channel(topic)
    .on("postgres_changes", { schema: "public", table: "rt_notes", ...binding }, (change) => events.push(change))
    .on("system", {}, (message) => system.push(message));
  await joined(channel);
  await until("the changes of " + topic, () => system.some((each) => each.status === "ok"));
  return { channel, events };
}

if (process.argv[2] === "restart") {
  const folder = process.argv[3];
  const ada = await person();
  const { events } = await listening(ada, "restart", { event: "INSERT" });
  const statuses = [];
  const room = ada.supabase.channel("restart-room", { config: { broadcast: { self: true } } });
  const heard = [];
  room.on("broadcast", { event: "hi" }, (message) => heard.push(message.payload.n));
  await new Promise((resolve) => room.subscribe((status) => (statuses.push(status), status === "SUBSCRIBED" && resolve())));
  data(await ada.supabase.from("rt_notes").insert({ owner: ada.id, body: "before" }));
  await until("the change before", () => events.length === 1);
  writeFileSync(folder + "/joined", "");
  await until("the server is restarted", () => existsSync(folder + "/restarted"));
  await until("the room is joined again", () => statuses.filter((each) => each === "SUBSCRIBED").length >= 2);
  await until("a broadcast arrives", async () => (await room.send({ type: "broadcast", event: "hi", payload: { n: 2 } }), heard.includes(2)));
  await until("changes arrive again", async () => {
    data(await ada.supabase.from("rt_notes").insert({ owner: ada.id, body: "after" }));
    return events.some((each) => each.new.body === "after");
  });
  console.log("restart ok");
  process.exit(0);
}

const ada = await person();
const bo = await person();
await until("the table is known", async () => (await admin.from("rt_notes").select("id").limit(1)).error === null);

await show("insert, update and delete of rows that policies allow", async () => {
  const adas = await listening(ada, "adas", { event: "*" });
  const bos = await listening(bo, "bos", { event: "*" });
  // policies judge a change by the row as it is then: one that is removed meanwhile is seen by nobody, as with the original
  const row = data(await ada.supabase.from("rt_notes").insert({ owner: ada.id, body: "one" }).select().single());
  await until("the insert", () => adas.events.length === 1);
  data(await ada.supabase.from("rt_notes").update({ body: "two" }).eq("id", row.id));
  await until("the update", () => adas.events.length === 2);
  data(await admin.from("rt_notes").delete().eq("id", row.id));
  await until("three changes", () => adas.events.length === 3);
  const [insert, update, removal] = adas.events;
  assert.equal(insert.eventType, "INSERT");
  assert.deepEqual(insert.new, { id: row.id, owner: ada.id, body: "one" });
  assert.equal(update.eventType, "UPDATE");
  assert.equal(update.new.body, "two");
  assert.deepEqual(update.old, { id: row.id });
  assert.equal(removal.eventType, "DELETE");
  assert.deepEqual(removal.old, { id: row.id });
  assert.equal(insert.errors, null);
  // a removed row is judged by nobody, as with the original: its key alone arrives
  await until("the removal", () => bos.events.length === 1);
  assert.equal(bos.events[0].eventType, "DELETE");
  await ada.supabase.removeAllChannels();
  await bo.supabase.removeAllChannels();
});

await show("filters and single events", async () => {
  const wanted = await listening(ada, "wanted", { event: "INSERT", filter: "body=eq.wanted" });
  const several = await listening(ada, "several", { event: "INSERT", filter: "body=in.(wanted,third)" });
  for (const body of ["first", "wanted", "third"]) {
    data(await ada.supabase.from("rt_notes").insert({ owner: ada.id, body }));
  }
  await until("two of three", () => several.events.length === 2);
  await until("one of three", () => wanted.events.length === 1);
  assert.deepEqual(several.events.map((each) => each.new.body), ["wanted", "third"]);
  assert.equal(wanted.events[0].new.body, "wanted");
  await ada.supabase.removeAllChannels();
});

await show("a write made as soon as the channel is subscribed arrives", async () => {
  const events = [];
  const channel = ada.supabase
    .channel("at-once")
    .on("postgres_changes", { event: "INSERT", schema: "public", table: "rt_notes" }, (change) => events.push(change));
  await joined(channel);
  data(await ada.supabase.from("rt_notes").insert({ owner: ada.id, body: "at once" }));
  await until("the change", () => events.length === 1);
  await ada.supabase.removeAllChannels();
});

await show("private channels, allowed and refused", async () => {
  const topic = "both-" + crypto.randomUUID();
  const heard = [];
  const receiver = bo.supabase.channel(topic, { config: { private: true } }).on("broadcast", { event: "*" }, (message) => heard.push(message));
  await joined(receiver);
  const sender = await joined(ada.supabase.channel(topic, { config: { private: true, broadcast: { ack: true } } }));
  assert.equal(await sender.send({ type: "broadcast", event: "secret", payload: { n: 1 } }), "ok");
  await until("the broadcast", () => heard.length === 1);
  assert.deepEqual(heard[0].payload, { n: 1 });
  assert.match(await refused(ada.supabase.channel("user:" + bo.id, { config: { private: true } })), /Unauthorized/);
  assert.match(await refused(client().channel(topic, { config: { private: true } })), /Unauthorized/);
  await ada.supabase.removeAllChannels();
  await bo.supabase.removeAllChannels();
});

await show("broadcasts by REST", async () => {
  const topic = "both-" + crypto.randomUUID();
  const heard = [];
  const receiver = bo.supabase.channel(topic, { config: { private: true } }).on("broadcast", { event: "*" }, (message) => heard.push(message));
  await joined(receiver);
  const unjoined = ada.supabase.channel(topic, { config: { private: true } });
  assert.equal(await unjoined.send({ type: "broadcast", event: "batch", payload: { n: 1 } }), "ok");
  const sent = await unjoined.httpSend("single", { n: 2 });
  assert.equal(sent.success, true, JSON.stringify(sent));
  await until("both", () => heard.length === 2);
  assert.deepEqual(heard.map((each) => [each.event, each.payload.n]), [["batch", 1], ["single", 2]]);
  const denied = ada.supabase.channel("user:" + bo.id, { config: { private: true } });
  await assert.rejects(denied.httpSend("single", { n: 3 }), /do not have permissions to write/);
  await ada.supabase.removeAllChannels();
  await bo.supabase.removeAllChannels();
});

await show("presence of three people on a private channel", async () => {
  const topic = "both-" + crypto.randomUUID();
  const cy = await person();
  const channels = [];
  for (const [who, name] of [[ada, "Ada"], [bo, "Bo"], [cy, "Cy"]]) {
    const channel = who.supabase.channel(topic, { config: { private: true, presence: { key: name } } });
    channel.on("presence", { event: "sync" }, () => {});
    await joined(channel);
    assert.equal(await channel.track({ name }), "ok");
    channels.push(channel);
  }
  for (const channel of channels) {
    await until("all three", () => Object.keys(channel.presenceState()).sort().join() === "Ada,Bo,Cy");
  }
  await cy.supabase.removeAllChannels();
  await until("two are left", () => Object.keys(channels[0].presenceState()).sort().join() === "Ada,Bo");
  await ada.supabase.removeAllChannels();
  await bo.supabase.removeAllChannels();
});

await show("a token that is renewed on an open channel", async () => {
  const topic = "user:" + ada.id;
  const heard = [];
  const channel = ada.supabase.channel(topic, { config: { private: true, broadcast: { self: true } } }).on("broadcast", { event: "*" }, (message) => heard.push(message));
  const statuses = [];
  await new Promise((resolve) => channel.subscribe((status) => (statuses.push(status), status === "SUBSCRIBED" && resolve())));
  const { events } = await listening(ada, "renewed", { event: "INSERT" });
  const before = data(await ada.supabase.auth.getSession()).session.access_token;
  await settled(1100);
  const { session } = data(await ada.supabase.auth.refreshSession());
  assert.notEqual(session.access_token, before);
  await ada.supabase.realtime.setAuth();
  await settled(300);
  await channel.send({ type: "broadcast", event: "after", payload: { n: 1 } });
  await until("the broadcast after", () => heard.length === 1);
  data(await ada.supabase.from("rt_notes").insert({ owner: ada.id, body: "renewed" }));
  await until("the change after", () => events.length === 1);
  assert.deepEqual(statuses, ["SUBSCRIBED"]);
  // Bo's token has no right to read Ada's topic: the open channel ends
  const bos = data(await bo.supabase.auth.getSession()).session.access_token;
  await ada.supabase.realtime.setAuth(bos);
  await until("the channel ends", () => statuses.length > 1);
  await ada.supabase.removeAllChannels();
  await ada.supabase.realtime.setAuth(null);
});

await show("signing out", async () => {
  const cy = await person();
  const { channel, events } = await listening(cy, "signed-out", { event: "INSERT" });
  data(await admin.from("rt_notes").insert({ owner: cy.id, body: "signed in" }));
  await until("the change before", () => events.length === 1);
  const { error } = await cy.supabase.auth.signOut();
  assert.equal(error, null);
  // Stabbur notices the end of the session at once, where the original waits for the token's end
  await until("no change after", async () => {
    const known = events.length;
    data(await admin.from("rt_notes").insert({ owner: cy.id, body: "signed out" }));
    await settled(300);
    return events.length === known;
  });
  await cy.supabase.removeChannel(channel);
});

console.log(shown.join("\n"));
console.log("people ok");
process.exit(0);
