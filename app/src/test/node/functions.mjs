// Functions as supabase-js calls them: bodies by type, streams, and errors by kind.
import { FunctionsHttpError, FunctionsRelayError } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { anonKey, client, data, publishableKey } from "./stabbur.mjs";

const open = client(publishableKey);

// JSON, text, binary, form
assert.deepEqual((await data(await open.functions.invoke("echo", { body: { a: 1 } }))).body, '{"a":1}');
assert.equal((await data(await open.functions.invoke("echo", { body: "plain" }))).type, "text/plain");
const bytes = new Blob([new Uint8Array([1, 2, 3])]);
assert.equal((await data(await open.functions.invoke("echo", { body: bytes }))).length, 3);
const form = new FormData();
form.set("field", "value");
assert.match((await data(await open.functions.invoke("echo", { body: form }))).type, /^multipart\/form-data; boundary=/);
assert.equal((await data(await open.functions.invoke("echo", { method: "GET" }))).method, "GET");
assert.equal((await data(await open.functions.invoke("echo", { headers: { "x-own": "yes" } }))).own, "yes");

// server-sent events come as the raw answer
const events = data(await open.functions.invoke("events"));
const reader = events.body.getReader();
assert.equal(new TextDecoder().decode((await reader.read()).value), "data: 0\n\n");
await reader.cancel();

// errors: what a function answers is an HTTP error, what the gateway answers for it a relay error
const teapot = await open.functions.invoke("teapot");
assert.ok(teapot.error instanceof FunctionsHttpError);
assert.equal(teapot.error.context.status, 418);
const missing = await open.functions.invoke("nobody");
assert.ok(missing.error instanceof FunctionsHttpError);
assert.equal((await missing.error.context.json()).code, "NOT_FOUND");
const broken = await open.functions.invoke("broken");
assert.ok(broken.error instanceof FunctionsRelayError, String(broken.error));
assert.equal((await broken.error.context.json()).code, "BOOT_ERROR");
for (const [name, status, code] of [["silent", 504, "IDLE_TIMEOUT"], ["loop", 546, "WORKER_LIMIT"]]) {
  const { error } = await open.functions.invoke(name);
  assert.ok(error instanceof FunctionsRelayError, String(error));
  assert.equal(error.context.status, status);
  assert.equal((await error.context.json()).code, code);
}

// signed out, the library sends no token with an opaque key; the older key is a token
const refused = await open.functions.invoke("guarded");
assert.equal(refused.error.context.status, 401);
assert.equal((await refused.error.context.json()).code, "UNAUTHORIZED_NO_AUTH_HEADER");
assert.equal(data(await client(anonKey).functions.invoke("guarded")), "in");

console.log("all calls answered as expected");
