// Dispatches an assignment: writes its letter with the personal data of the contact into the bucket `documents`, which is
// encrypted at rest and opens for the coordinators and the mentor alone, and sets the assignment to `dispatched`.
// POST /functions/v1/dispatch-assignment {"assignment_id": "…"}. Nothing personal is answered or logged.
import { Api, handled, json, Refusal, roleOf, uuid } from "../_shared/http.ts";

interface Assignment {
  id: string;
  organization_id: string;
  contact_id: string | null;
  peer_mentor_id: string | null;
  status: string;
  message: string | null;
  epikrise_reference: string | null;
}
interface Contact {
  full_name: string | null;
  phone: string | null;
  email: string | null;
}

Deno.serve(handled(async (request) => {
  if (request.method !== "POST") throw new Refusal(405, "method_not_allowed", "Ask with POST");
  const wanted = await request.json().catch(() => null);
  const id = wanted?.assignment_id;
  if (!uuid(id)) throw new Refusal(400, "invalid_assignment", "assignment_id is not the id of an assignment");

  // the caller's own right comes first: what the policies do not show is not there
  const { organization, role } = await roleOf(request);
  if (role !== "coordinator") throw new Refusal(403, "forbidden", "Assignments are dispatched by coordinators");
  const caller = Api.asCaller(request);
  const [seen] = await caller.rows<Assignment>(
    `assignments?select=id,status,peer_mentor_id&id=eq.${id}&organization_id=eq.${organization}&deleted_at=is.null`,
  );
  if (!seen) throw new Refusal(404, "not_found", "There is no such assignment");
  if (seen.status !== "draft") throw new Refusal(409, "already_dispatched", "The assignment was dispatched before");
  if (!seen.peer_mentor_id) throw new Refusal(409, "no_mentor", "The assignment has no peer mentor");

  const path = await writeLetter(id, organization);
  const changed = await caller.change<Assignment>(`assignments?id=eq.${id}&status=eq.draft&select=id,status`, {
    status: "dispatched",
  });
  if (changed.length === 0) throw new Refusal(409, "already_dispatched", "The assignment was dispatched before");
  console.info("dispatched", id);
  return json(200, { assignment_id: id, status: "dispatched", document: path });
}));

async function writeLetter(id: string, organization: string): Promise<string> {
  const service = Api.asService();
  const [assignment] = await service.rows<Assignment>(
    `assignments?select=id,contact_id,message,epikrise_reference&id=eq.${id}&organization_id=eq.${organization}`,
  );
  const [contact] = assignment?.contact_id
    ? await service.rows<Contact>(
      `contacts?select=full_name,phone,email&id=eq.${assignment.contact_id}&organization_id=eq.${organization}`,
    )
    : [];
  const lines = [
    ["Name", contact?.full_name],
    ["Phone", contact?.phone],
    ["Mail", contact?.email],
    ["Reference", assignment?.epikrise_reference],
    ["Message", assignment?.message],
  ];
  const letter = lines.filter(([, value]) => value).map(([label, value]) => `${label}: ${value}\n`).join("");
  const path = `${organization}/${id}/assignment.txt`;
  await service.upload(`documents/${path}`, new TextEncoder().encode(letter), "text/plain");
  return path;
}
