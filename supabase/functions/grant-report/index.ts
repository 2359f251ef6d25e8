// The yearly grant report as CSV or PDF, from the statistics of the caller's organisation: no names, no texts of people.
// GET /functions/v1/grant-report?year=2026&format=csv|pdf
import { Api, corsHeaders, handled, Refusal, roleOf } from "../_shared/http.ts";
import { pdf } from "../_shared/pdf.ts";

interface Row {
  organization: string;
  local_association: string | null;
  type: string;
  period: string;
  activities: number;
  participants: number;
  mentors: number;
  hours: number;
}

const HEAD = ["local association", "type", "period", "activities", "participants", "mentors", "hours"];
const COLUMNS = [0, 200, 360, 440, 520, 600, 680];

Deno.serve(handled(async (request) => {
  if (request.method !== "GET") throw new Refusal(405, "method_not_allowed", "Ask with GET");
  const query = new URL(request.url).searchParams;
  const year = query.get("year") ?? String(new Date().getUTCFullYear());
  const format = query.get("format") ?? "csv";
  if (!/^\d{4}$/.test(year)) throw new Refusal(400, "invalid_year", "The year has four digits");
  if (format !== "csv" && format !== "pdf") throw new Refusal(400, "invalid_format", "The format is csv or pdf");

  const { organization, role } = await roleOf(request);
  if (role !== "coordinator" && role !== "org_admin") {
    throw new Refusal(403, "forbidden", "The report is for coordinators and administrators of the organization");
  }
  const rows = await Api.asCaller(request).rows<Row>(
    `grant_report?organization_id=eq.${organization}&period_kind=eq.year&year=eq.${year}` +
      "&select=organization,local_association,type,period,activities,participants,mentors,hours" +
      "&order=local_association.nullsfirst,type",
  );
  const cells = [
    HEAD,
    ...rows.map((row) =>
      [row.local_association ?? "", row.type, row.period, row.activities, row.participants, row.mentors, row.hours]
        .map(String)
    ),
  ];
  console.info(`report of ${year} as ${format}: ${rows.length} rows`);
  return format === "csv"
    ? file("text/csv; charset=utf-8", `grant-report-${year}.csv`, csv(cells))
    : file("application/pdf", `grant-report-${year}.pdf`, pdf(`Grant report ${year}`, COLUMNS, cells));
}));

/** RFC 4180; a cell that a spreadsheet would take for a formula gets an apostrophe. */
function csv(rows: string[][]): string {
  const cell = (text: string) => {
    const safe = /^\s*[-=+@]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? "'" + text : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}

function file(type: string, name: string, body: string | Uint8Array): Response {
  return new Response(body as BodyInit, {
    headers: { ...corsHeaders, "content-type": type, "content-disposition": `attachment; filename="${name}"` },
  });
}
