// Runs before the code of a function: takes the environment from standard input, so that no process listing shows it,
// and adds what functions expect of the runtime. Lines that begin with U+001E on standard output speak to the supervisor.
import { AsyncLocalStorage } from "node:async_hooks";

const MARK = "\u001e";
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const execution = new AsyncLocalStorage();
const stdout = Deno.stdout;
const exit = Deno.exit;

function tell(line) {
  let bytes = encoder.encode(MARK + line + "\n");
  while (bytes.length > 0) bytes = bytes.subarray(stdout.writeSync(bytes));
}

// ---- the first line of standard input -----------------------------------------------------------------------------
let input = "";
const piece = new Uint8Array(64 * 1024);
while (!input.includes("\n")) {
  const count = Deno.stdin.readSync(piece);
  if (count === null) exit(1);
  input += decoder.decode(piece.subarray(0, count), { stream: true });
}
const end = input.indexOf("\n");
const settings = JSON.parse(input.slice(0, end));
input = input.slice(end + 1);
// The certificates to trust are read from the environment when the first connection is made.
const trusted = /^(DENO_CERT|DENO_TLS_CA_STORE|SSL_CERT_FILE|SSL_CERT_DIR)$/;
for (const name of Object.keys(Deno.env.toObject())) if (!trusted.test(name)) Deno.env.delete(name);
for (const [name, value] of Object.entries(settings.env)) Deno.env.set(name, value);

// The request that is answered, as the log names it; none in work that belongs to no request.
const variable = Deno.env.get.bind(Deno.env);
Object.defineProperty(Deno.env, "get", {
  value: (name) => (name === "SB_EXECUTION_ID" ? (execution.getStore() ?? undefined) : variable(name)),
});

// ---- console: each call is one event, with its level and the request it belongs to ----------------------------------
for (const level of ["debug", "log", "info", "warn", "error", "trace", "dir", "table"]) {
  const original = console[level].bind(console);
  console[level] = (...values) => {
    tell(`S${level} ${execution.getStore() ?? "-"}`);
    try {
      original(...values);
    } finally {
      tell("E");
    }
  };
}

// ---- background work and the end of the process ----------------------------------------------------------------------
const pending = new Set();
globalThis.EdgeRuntime = {
  waitUntil(promise) {
    const settled = Promise.resolve(promise).catch((error) => console.error(error));
    pending.add(settled);
    settled.finally(() => pending.delete(settled));
    return promise;
  },
};

async function retire(reason) {
  dispatchEvent(new CustomEvent("beforeunload", { detail: { reason }, cancelable: true }));
  while (pending.size > 0) await Promise.allSettled([...pending]);
  exit(0);
}

// Begins when the function is loaded: what waits here would keep the runtime from loading it.
async function listen() {
  const reader = Deno.stdin.readable.getReader();
  for (;;) {
    for (let at = input.indexOf("\n"); at >= 0; at = input.indexOf("\n")) {
      const [command, reason] = input.slice(0, at).split(" ");
      input = input.slice(at + 1);
      if (command === "unload") {
        dispatchEvent(new CustomEvent("beforeunload", { detail: { reason }, cancelable: true }));
      } else if (command === "retire") retire(reason);
      // the event loop turns, so what V8 has compiled of the modules is in the cache
      else if (command === "loaded") tell("L");
    }
    const { value, done } = await reader.read();
    // the supervisor is gone
    if (done) exit(0);
    input += decoder.decode(value, { stream: true });
  }
}

// ---- addresses of requests: those of a unix socket have a scheme that few libraries know ------------------------------
const address = Object.getOwnPropertyDescriptor(Request.prototype, "url");
Object.defineProperty(Request.prototype, "url", {
  ...address,
  get() {
    const url = address.get.call(this);
    return url.startsWith("http+unix:") ? "http" + url.slice(9) : url;
  },
});

// ---- Deno.serve on the supervisor's socket; `export default { fetch }` is served too ---------------------------------
const serve = Deno.serve;

// What is told of a connection, made when it is asked for: few functions do.
class Client {
  #headers;
  #info;
  constructor(headers, info) {
    this.#headers = headers;
    this.#info = info;
  }
  get remoteAddr() {
    const hostname = this.#headers.get("x-forwarded-for")?.split(",")[0].trim() ?? "127.0.0.1";
    return { transport: "tcp", hostname, port: 0 };
  }
  get completed() {
    return this.#info.completed;
  }
}
let serves = false;

function serveOnce(...given) {
  if (serves) throw new Error("A function can call Deno.serve once");
  serves = true;
  const last = given.at(-1);
  const options = typeof given[0] === "object" ? given[0] : {};
  const handler = typeof last === "function" ? last : options.handler;
  if (typeof handler !== "function") throw new TypeError("Deno.serve needs a handler");
  return serve(
    {
      path: settings.socket,
      signal: options.signal,
      ...(options.onError ? { onError: options.onError } : {}),
      onListen: () => tell("R"),
    },
    (request, info) => {
      const { headers } = request;
      const id = headers.get("x-deno-execution-id") ?? "-";
      return execution.run(id, handler, request, new Client(headers, info));
    },
  );
}
Object.defineProperty(Deno, "serve", { value: serveOnce, configurable: true, enumerable: true, writable: true });

addEventListener("load", async () => {
  listen();
  if (serves) return;
  const module = await import(Deno.mainModule);
  const exported = module.default;
  if (!serves && typeof exported?.fetch === "function") {
    serveOnce((request, info) => exported.fetch(request, info));
  }
});

// ---- /tmp is a folder of this process ---------------------------------------------------------------------------------
// Its own files and that folder may be below the real /tmp.
function isOwn(text) {
  return [settings.tmp, ...settings.files].some((root) => text === root || text.startsWith(root + "/"));
}
function own(path) {
  const text = path instanceof URL && path.protocol === "file:" ? decodeURIComponent(path.pathname) : path;
  if (typeof text !== "string" || !/^\/tmp(\/|$)/.test(text) || isOwn(text)) return path;
  return settings.tmp + text.slice(4);
}
const onePath = [
  "open", "create", "readFile", "readTextFile", "writeFile", "writeTextFile", "mkdir", "remove", "stat", "lstat",
  "readDir", "realPath", "readLink", "truncate", "chmod", "utime",
];
const twoPaths = ["rename", "copyFile", "link", "symlink"];
for (const name of [...onePath, ...twoPaths].flatMap((each) => [each, each + "Sync"])) {
  const original = Deno[name];
  if (typeof original !== "function") continue;
  const paths = twoPaths.some((each) => name.startsWith(each)) ? 2 : 1;
  const value = (...given) => original(...given.map((each, at) => (at < paths ? own(each) : each)));
  Object.defineProperty(Deno, name, { value, configurable: true, enumerable: true, writable: true });
}

// the original has no workers: one that runs out of memory takes the whole process with it
delete globalThis.Worker;
