// Hears from the accounting system of an organisation which expense claims were paid out, and marks them paid once. No
// token: the body is signed, as in `x-signature: t=1767225600,v1=<hex>`, an HMAC-SHA256 of "<t>.<body>". Each organisation
// has a key of its own, so that no accounting system can speak for another: the lower-case hex digits of the HMAC-SHA256 of
// the organisation's id under the secret ACCOUNTING_WEBHOOK_SECRET. Its text is the key. The operator derives it:
//   printf %s ORGANIZATION_ID | openssl dgst -sha256 -hmac "$ACCOUNTING_WEBHOOK_SECRET" -r | cut -d' ' -f1
// A signature is good for five minutes; the same delivery again changes nothing.
// POST /functions/v1/accounting-webhook {"organization_id": "…", "paid": ["<claim id>", …]}
import { Api, handled, json, needed, Refusal, uuid } from "../_shared/http.ts";

const TOLERANCE_SECONDS = 300;
const MOST_CLAIMS = 200;
const LARGEST = 64 * 1024;
const encoder = new TextEncoder();

type Delivery = { organization: string; paid: string[] };

Deno.serve(handled(async (request) => {
  if (request.method !== "POST") throw new Refusal(405, "method_not_allowed", "Deliver with POST");
  const body = await bounded(request);
  const { organization, paid } = await verified(request.headers.get("x-signature") ?? "", body);
  const changed = paid.length === 0 ? [] : await Api.asService().change<{ id: string }>(
    `expense_claims?organization_id=eq.${organization}&status=eq.approved&id=in.(${paid.join(",")})&select=id`,
    { status: "paid" },
  );
  console.info(`delivery of ${paid.length} claims: ${changed.length} marked paid`);
  return json(200, { paid: changed.length });
}));

/** The body, of which no more than the largest delivery is ever held. */
async function bounded(request: Request): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of request.body ?? []) {
    bytes += piece.length;
    if (bytes > LARGEST) throw new Refusal(413, "too_large", "The delivery is too large");
    pieces.push(piece);
  }
  const body = new Uint8Array(bytes);
  pieces.reduce((at, piece) => (body.set(piece, at), at + piece.length), 0);
  return body;
}

/** The delivery, once its signature holds for the organisation that it names. */
async function verified(header: string, body: Uint8Array): Promise<Delivery> {
  const parts = new Map(header.split(",").map((part) => part.split("=", 2) as [string, string]));
  const time = parts.get("t") ?? "";
  const signature = parts.get("v1") ?? "";
  const age = /^[0-9]{1,12}$/.test(time) ? Math.abs(Date.now() / 1000 - Number(time)) : NaN;
  if (!(age <= TOLERANCE_SECONDS) || !/^[0-9a-f]{64}$/.test(signature)) {
    throw new Refusal(401, "invalid_signature", "The signature is missing, malformed or too old");
  }
  // nothing of an unsigned body is told: one that is no delivery cannot be signed by an organisation
  const told = delivery(body);
  const organization = told?.organization ?? "";
  const key = await hmacKey(encoder.encode(await keyOf(organization)));
  const bytes = Uint8Array.from(signature.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const signed = new Uint8Array([...encoder.encode(`${time}.`), ...body]);
  // compares in constant time
  const holds = await crypto.subtle.verify("HMAC", key, bytes, signed);
  if (!holds || !told) throw new Refusal(401, "invalid_signature", "The signature is not that of the delivery");
  if (told.paid.length > MOST_CLAIMS) throw new Refusal(413, "too_large", "A delivery has at most 200 claims");
  return told;
}

/** The key of an organisation's accounting system. */
async function keyOf(organization: string): Promise<string> {
  const secret = await hmacKey(encoder.encode(needed("ACCOUNTING_WEBHOOK_SECRET")));
  const key = new Uint8Array(await crypto.subtle.sign("HMAC", secret, encoder.encode(organization.toLowerCase())));
  return Array.from(key, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function hmacKey(bytes: Uint8Array): Promise<CryptoKey> {
  return await crypto.subtle.importKey("raw", bytes as BufferSource, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
    "verify",
  ]);
}

function delivery(body: Uint8Array): Delivery | undefined {
  try {
    const told = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    if (!uuid(told?.organization_id) || !Array.isArray(told.paid) || !told.paid.every(uuid)) return undefined;
    return { organization: told.organization_id, paid: told.paid };
  } catch {
    return undefined;
  }
}
