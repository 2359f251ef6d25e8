// What the functions share: answers, and calls of this server's own APIs.

export const corsHeaders = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "authorization, x-client-info, apikey, content-type, x-organization-id",
  "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
};

/** A refusal that the caller is told; anything else that is thrown is an error of the function. */
export class Refusal extends Error {
  constructor(readonly status: number, readonly code: string, message: string) {
    super(message);
  }
}

/** Answers preflights, and turns refusals into answers. Nothing of an unexpected error goes out. */
export function handled(work: (request: Request) => Promise<Response>) {
  return async (request: Request): Promise<Response> => {
    if (request.method === "OPTIONS") return new Response("ok", { headers: corsHeaders });
    try {
      return await work(request);
    } catch (error) {
      if (error instanceof Refusal) return json(error.status, { code: error.code, message: error.message });
      // the name alone: a message may hold a value of a row
      console.error("failed:", error instanceof Error ? error.name : typeof error);
      return json(500, { code: "internal", message: "Internal Server Error" });
    }
  };
}

export function json(status: number, body: unknown): Response {
  return Response.json(body, { status, headers: corsHeaders });
}

/** The APIs of this server as one caller sees them. */
export class Api {
  private constructor(private readonly headers: Record<string, string>) {}

  /** As whoever called the function: the row policies decide. */
  static asCaller(request: Request): Api {
    const headers: Record<string, string> = {
      apikey: needed("SUPABASE_ANON_KEY"),
      authorization: request.headers.get("authorization") ?? "",
    };
    const organization = request.headers.get("x-organization-id");
    if (organization) headers["x-organization-id"] = organization;
    return new Api(headers);
  }

  /** With the rights of the service role: after the caller's right was checked. */
  static asService(): Api {
    const key = needed("SUPABASE_SERVICE_ROLE_KEY");
    return new Api({ apikey: key, authorization: `Bearer ${key}` });
  }

  async rows<T>(path: string): Promise<T[]> {
    return await this.call("GET", `/rest/v1/${path}`);
  }

  async change<T>(path: string, values: unknown): Promise<T[]> {
    return await this.call("PATCH", `/rest/v1/${path}`, values);
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.send(method, path, body === undefined ? undefined : JSON.stringify(body), {
      "content-type": "application/json",
      prefer: "return=representation",
    });
    return await response.json();
  }

  async upload(path: string, bytes: Uint8Array, type: string): Promise<void> {
    const response = await this.send("POST", `/storage/v1/object/${path}`, bytes as BodyInit, {
      "content-type": type,
      "x-upsert": "true",
    });
    await response.body?.cancel();
  }

  private async send(method: string, path: string, body: BodyInit | undefined, headers: Record<string, string>) {
    const response = await fetch(needed("SUPABASE_URL") + path, {
      method,
      body,
      headers: { ...this.headers, ...headers },
    });
    if (response.ok) return response;
    const told = await response.json().catch(() => ({}));
    if (response.status === 401 || response.status === 403) {
      throw new Refusal(response.status, String(told.code ?? "forbidden"), "You may not do this");
    }
    throw new Error(`${method} was answered with ${response.status}`);
  }
}

/** The caller's role in the organisation the request is for; empty for somebody who is no member of it. */
export async function roleOf(request: Request): Promise<{ organization: string; role: string }> {
  const claims = claimsOf(request);
  const organization = request.headers.get("x-organization-id") ?? text(claims.organization_id);
  const user = text(claims.sub);
  if (!uuid(organization) || !uuid(user)) return { organization: "", role: "" };
  const [own] = await Api.asCaller(request).rows<{ role: string }>(
    `memberships?select=role&status=eq.active&user_id=eq.${user}&organization_id=eq.${organization}`,
  );
  return { organization, role: own?.role ?? "" };
}

/** What the token says; the server has checked its signature before the function was called. */
function claimsOf(request: Request): Record<string, unknown> {
  const token = (request.headers.get("authorization") ?? "").split(" ")[1] ?? "";
  try {
    return JSON.parse(atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return {};
  }
}

export function uuid(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

export function needed(name: string): string {
  const value = Deno.env.get(name);
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
