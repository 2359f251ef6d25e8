// Hears from the accounting system which expense claims were paid out, and marks them paid once. No token: the body is
// signed with the secret ACCOUNTING_WEBHOOK_SECRET, as in `x-signature: t=1767225600,v1=<hex>`, an HMAC-SHA256 of
// "<t>.<body>". A signature is good for five minutes; the same delivery again changes nothing.
// POST /functions/v1/accounting-webhook {"organization_id": "…", "paid": ["<claim id>", …]}
import { Api, handled, json, needed, Refusal, uuid } from "../_shared/http.ts";

const TOLERANCE_SECONDS = 300;
const MOST_CLAIMS = 200;
const LARGEST = 64 * 1024;

Deno.serve(handled(async (request) => {
  if (request.method !== "POST") throw new Refusal(405, "method_not_allowed", "Deliver with POST");
  const body = await request.text();
  if (body.length > LARGEST) throw new Refusal(413, "too_large", "The delivery is too large");
  await requireSignature(request.headers.get("x-signature") ?? "", body);

  const { organization, paid } = delivery(body);
  const changed = paid.length === 0 ? [] : await Api.asService().change<{ id: string }>(
    `expense_claims?organization_id=eq.${organization}&status=eq.approved&id=in.(${paid.join(",")})&select=id`,
    { status: "paid" },
  );
  console.info(`delivery of ${paid.length} claims: ${changed.length} marked paid`);
  return json(200, { paid: changed.length });
}));

async function requireSignature(header: string, body: string): Promise<void> {
  const parts = new Map(header.split(",").map((part) => part.split("=", 2) as [string, string]));
  const time = Number(parts.get("t"));
  const signature = parts.get("v1") ?? "";
  const age = Math.abs(Date.now() / 1000 - time);
  if (!(age <= TOLERANCE_SECONDS) || !/^[0-9a-f]{64}$/.test(signature)) {
    throw new Refusal(401, "invalid_signature", "The signature is missing, malformed or too old");
  }
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(needed("ACCOUNTING_WEBHOOK_SECRET")),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["verify"],
  );
  const bytes = Uint8Array.from(signature.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  // compares in constant time
  const holds = await crypto.subtle.verify("HMAC", key, bytes, new TextEncoder().encode(`${parts.get("t")}.${body}`));
  if (!holds) throw new Refusal(401, "invalid_signature", "The signature is not that of the delivery");
}

function delivery(body: string): { organization: string; paid: string[] } {
  let told;
  try {
    told = JSON.parse(body);
  } catch {
    throw new Refusal(400, "invalid_body", "The delivery is not JSON");
  }
  if (!uuid(told?.organization_id) || !Array.isArray(told.paid) || !told.paid.every(uuid)) {
    throw new Refusal(400, "invalid_body", "organization_id and paid hold ids");
  }
  if (told.paid.length > MOST_CLAIMS) throw new Refusal(413, "too_large", "A delivery has at most 200 claims");
  return { organization: told.organization_id, paid: told.paid };
}
