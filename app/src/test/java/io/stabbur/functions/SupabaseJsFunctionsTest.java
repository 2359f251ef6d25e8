package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Node;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// supabase-js, unmodified, calls functions.
class SupabaseJsFunctionsTest {
  private static final String ECHO =
      """
      Deno.serve(async (request) => {
        const bytes = new Uint8Array(await request.arrayBuffer());
        return Response.json({
          method: request.method, type: request.headers.get("content-type"), own: request.headers.get("x-own"),
          length: bytes.length, body: new TextDecoder().decode(bytes) });
      });
      """;

  @Test
  void bodiesStreamsAndErrorsAreAsTheLibraryExpects() {
    var folder =
        FunctionFolder.create()
            .function("echo", ECHO)
            .function(
                "events",
                "Deno.serve(() => { let n = 0, t; return new Response(new ReadableStream({ start(c)"
                    + " { t = setInterval(() => c.enqueue(new TextEncoder().encode(`data: ${n++}\\n"
                    + "\\n"
                    + "`)), 50); }, cancel() { clearInterval(t); } }), { headers: { 'content-type':"
                    + " 'text/event-stream' } }); });")
            .function("teapot", "Deno.serve(() => new Response('short', { status: 418 }));")
            .function("broken", "import './gone.ts';")
            .function("silent", "Deno.serve(() => new Promise(() => {}));")
            .function("loop", "Deno.serve(() => { for (;;); });")
            .function("guarded", "Deno.serve(() => new Response('in'));")
            .file(
                "../config.toml",
                """
                [functions.echo]
                verify_jwt = false
                [functions.events]
                verify_jwt = false
                [functions.teapot]
                verify_jwt = false
                [functions.broken]
                verify_jwt = false
                [functions.silent]
                verify_jwt = false
                [functions.loop]
                verify_jwt = false
                """);
    var settings =
        Map.<String, Object>of(
            "stabbur.functions.response-timeout", "8s", "stabbur.functions.cpu-time", "300ms");
    try (var server = folder.serve(settings)) {
      assertThat(Node.run(server, "functions.mjs")).contains("all calls answered as expected");
    }
  }
}
