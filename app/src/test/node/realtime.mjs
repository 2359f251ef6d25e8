// Realtime through unmodified supabase-js: channels, broadcast in its forms, presence, both versions of the protocol.
import assert from "node:assert/strict";
import { anonKey, client, publishableKey } from "./stabbur.mjs";

const shown = [];
const show = async (what, steps) => {
  await steps();
  shown.push(what);
};

/** Joins; fails with the reason. */
const joined = (channel) =>
  new Promise((resolve, reject) =>
    channel.subscribe((status, error) => {
      if (status === "SUBSCRIBED") resolve(channel);
      else if (status !== "CLOSED") reject(error ?? new Error(status));
    }),
  );

/** The next time that `begin` calls what it is given. */
const once = (begin) =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("nothing came")), 8000);
    begin((value) => {
      clearTimeout(late);
      resolve(value);
    });
  });

const settled = (milliseconds = 150) => new Promise((resolve) => setTimeout(resolve, milliseconds));

for (const [name, key, realtime] of [
  ["publishable key", publishableKey, {}],
  ["legacy key, version 1.0.0", anonKey, { vsn: "1.0.0" }],
]) {
  const first = client(key, { realtime });
  const second = client(key, { realtime });

  await show("broadcast, " + name, async () => {
    const sender = await joined(first.channel("room " + name, { config: { broadcast: { ack: true } } }));
    const receiver = second.channel("room " + name, { config: { broadcast: { self: true } } });
    const came = once((done) => receiver.on("broadcast", { event: "greeting" }, done));
    await joined(receiver);
    assert.equal(await sender.send({ type: "broadcast", event: "greeting", payload: { text: "hei på deg", n: 1 } }), "ok");
    const message = await came;
    assert.equal(message.event, "greeting");
    assert.deepEqual(message.payload, { text: "hei på deg", n: 1 });
    await first.removeAllChannels();
    await second.removeAllChannels();
  });

  await show("presence, " + name, async () => {
    const members = [];
    for (const [supabase, who] of [[first, "Ada"], [second, "Bo"], [client(key, { realtime }), "Cy"]]) {
      const channel = supabase.channel("stage " + name, { config: { presence: { key: who } } });
      const left = once((done) => channel.on("presence", { event: "leave" }, done));
      left.catch(() => {});
      await joined(channel);
      assert.equal(await channel.track({ name: who, at: 1 }), "ok");
      members.push({ supabase, channel, left });
    }
    await settled();
    for (const { channel } of members) {
      assert.deepEqual(Object.keys(channel.presenceState()).sort(), ["Ada", "Bo", "Cy"]);
    }
    await members[2].supabase.removeAllChannels();
    assert.equal((await members[0].left).key, "Cy");
    assert.deepEqual(Object.keys(members[0].channel.presenceState()).sort(), ["Ada", "Bo"]);
    for (const { supabase } of members) await supabase.removeAllChannels();
  });
  first.realtime.disconnect();
  second.realtime.disconnect();
}

console.log(shown.join("\n"));
console.log("realtime ok");
process.exit(0);
