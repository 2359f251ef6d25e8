// What the scripts of this folder share: clients of the server under test, and sentences that are checked.
import { createClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import WebSocket from "ws";

export const url = needed("SUPABASE_URL");
export const anonKey = needed("SUPABASE_ANON_KEY");
export const serviceRoleKey = needed("SUPABASE_SERVICE_ROLE_KEY");
export const publishableKey = needed("SUPABASE_PUBLISHABLE_KEY");
export const secretKey = needed("SUPABASE_SECRET_KEY");

/** A client as an app makes it; sessions stay in memory, so that several people can be signed in at once. */
export function client(key = publishableKey, options = {}) {
  return createClient(url, key, {
    ...options,
    auth: { persistSession: false, autoRefreshToken: false, ...options.auth },
    realtime: { transport: WebSocket, ...options.realtime },
  });
}

/** A client with a signed-in user. */
export async function signedIn(email, password) {
  const supabase = client();
  data(await supabase.auth.signInWithPassword({ email, password }));
  return supabase;
}

/** The data of an answer that must be a success. */
export function data(answer) {
  assert.equal(answer.error, null, "refused: " + JSON.stringify(answer.error));
  return answer.data;
}

/** The error of an answer that must be a refusal. */
export function refusal(answer) {
  assert.notEqual(answer.error, null, "allowed: " + JSON.stringify(answer.data));
  return answer.error;
}

function needed(name) {
  const value = process.env[name];
  assert.ok(value, name + " is not set; scripts are run by io.stabbur.testing.Node");
  return value;
}
