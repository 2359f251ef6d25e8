package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stabbur.testing.Await;
import io.stabbur.testing.Chromium;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Unmodified supabase-js in a real browser with the browser's own virtual authenticator: a passkey
/// is registered and signs in.
@Tag("nightly")
class PasskeysInChromiumTest {
  private static final String PAGE =
      """
      <!doctype html><title>app</title><script src="/supabase.js"></script><script>
      window.result = "";
      (async () => {
        const options = { auth: { persistSession: false, experimental: { passkey: true } } };
        const one = supabase.createClient("%URL%", "%KEY%", options);
        const ok = ({ data, error }) => { if (error) throw error; return data; };
        ok(await one.auth.signUp({ email: "%EMAIL%", password: "long enough 1" }));
        const made = ok(await one.auth.registerPasskey());
        if (!made.id) throw new Error("no passkey");
        if (ok(await one.auth.passkey.list()).length !== 1) throw new Error("not listed");
        const two = supabase.createClient("%URL%", "%KEY%", options);
        const signedIn = ok(await two.auth.signInWithPasskey());
        if (signedIn.session.user.email !== "%EMAIL%") throw new Error("somebody else");
        const claims = ok(await two.auth.getClaims());
        if (claims.claims.amr[0].method !== "passkey") throw new Error("amr");
        window.result = "all shown";
      })().catch((error) => (window.result = "failed: " + error.message));
      </script>
      """;

  @Test
  void aPasskeyOfTheBrowserSignsIn() throws IOException {
    var served = new ConcurrentHashMap<String, byte[]>();
    var site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    site.createContext(
        "/",
        exchange -> {
          var path = exchange.getRequestURI().getPath();
          var body = served.getOrDefault(path, new byte[0]);
          try (exchange) {
            exchange
                .getResponseHeaders()
                .set("Content-Type", path.endsWith(".js") ? "text/javascript" : "text/html");
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
          }
        });
    site.start();
    var origin = "http://localhost:" + site.getAddress().getPort();
    try (var server = TestServer.start(settings(origin));
        var browser = Chromium.start()) {
      served.put("/supabase.js", Node.supabaseForPages());
      served.put("/app.html", page(server).getBytes(StandardCharsets.UTF_8));
      browser.addAuthenticator();

      browser.open(origin + "/app.html");

      Await.until("the page is done", Duration.ofSeconds(60), () -> !result(browser).equals(""));
      assertThat(result(browser)).isEqualTo("all shown");
    } finally {
      site.stop(0);
    }
  }

  private static String result(Chromium browser) {
    var result = browser.evaluate("window.result");
    return result.equals("undefined") ? "" : result;
  }

  private static Map<String, Object> settings(String origin) {
    return Map.of(
        "stabbur.auth.site-url",
        origin,
        "stabbur.auth.passkeys.enabled",
        true,
        "stabbur.auth.limits.passkey",
        0);
  }

  private static String page(TestServer server) {
    return PAGE.replace("%URL%", server.url())
        .replace("%KEY%", server.project().keys().publishableKey().reveal())
        .replace("%EMAIL%", AuthClient.newEmail());
  }
}
