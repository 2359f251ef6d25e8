// Sockets and functions of a hosted project by way of another address.
import assert from "node:assert/strict";
import WebSocket from "ws";
import { client, data, publishableKey, url } from "./stabbur.mjs";

const first = client();
const second = client();
const joined = (channel) =>
  new Promise((resolve, reject) =>
    channel.subscribe((status, error) => {
      if (status === "SUBSCRIBED") resolve(channel);
      else if (status !== "CLOSED") reject(error ?? new Error(status));
    }),
  );

const sender = await joined(first.channel("passed on", { config: { broadcast: { ack: true } } }));
const receiver = second.channel("passed on");
const came = new Promise((resolve) => receiver.on("broadcast", { event: "greeting" }, resolve));
await joined(receiver);
assert.equal(await sender.send({ type: "broadcast", event: "greeting", payload: { n: 1 } }), "ok");
assert.deepEqual((await came).payload, { n: 1 });
await first.removeAllChannels();
await second.removeAllChannels();

const body = "x".repeat(300_000);
assert.equal(data(await first.functions.invoke("echo", { body })).length, 300_000);

const socket = new WebSocket(url.replace("http", "ws") + "/functions/v1/socket?apikey=" + publishableKey);
const heard = await new Promise((resolve, reject) => {
  socket.on("open", () => socket.send("hei"));
  socket.on("message", (message) => resolve(String(message)));
  socket.on("error", reject);
});
assert.equal(heard, "heard hei");
socket.close();
console.log("reached");
process.exit(0);
