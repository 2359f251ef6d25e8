package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stabbur.testing.Await;
import io.stabbur.testing.Chromium;
import io.stabbur.testing.Http;
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

/// Unmodified supabase-js in a real browser, on a page of another site: changes of rows, broadcast,
/// presence and a private channel of somebody who signs in there. Needs Chromium.
@Tag("nightly")
class RealtimeInChromiumTest {
  private static final String PAGE =
      """
      <!doctype html><title>app</title><script src="/supabase.js"></script><script>
      window.result = "running";
      const client = () => supabase.createClient("%URL%", "%KEY%", { auth: { persistSession: false } });
      const joined = (channel) => new Promise((resolve, reject) => channel.subscribe((status, error) => {
        if (status === "SUBSCRIBED") resolve(channel);
        else if (status !== "CLOSED") reject(error ?? new Error(status));
      }));
      const once = (what, begin) => new Promise((resolve, reject) => {
        setTimeout(() => reject(new Error("no " + what)), 15000);
        begin(resolve);
      });
      (async () => {
        const [ada, bo] = [client(), client()];
        const { data, error } = await ada.auth.signInWithPassword({ email: "%EMAIL%", password: "long enough 1" });
        if (error) throw error;
        const me = data.user.id;

        const rows = ada.channel("rows");
        const row = once("change", (done) => rows.on("postgres_changes",
          { event: "INSERT", schema: "public", table: "rt_notes", filter: "body=eq.hei" }, done));
        const listening = once("state", (done) => rows.on("system", {}, (m) => m.status === "ok" && done()));
        await joined(rows);
        await listening;
        const { error: refused } = await ada.from("rt_notes").insert({ owner: me, body: "hei" });
        if (refused) throw refused;
        if ((await row).new.body !== "hei") throw new Error("another row");

        const [one, two] = [ada.channel("room"), bo.channel("room", { config: { presence: { key: "bo" } } })];
        const said = once("broadcast", (done) => one.on("broadcast", { event: "greeting" }, done));
        const came = once("presence", (done) => one.on("presence", { event: "join" }, done));
        await joined(one);
        await joined(two);
        await two.send({ type: "broadcast", event: "greeting", payload: { text: "hei på deg" } });
        if ((await said).payload.text !== "hei på deg") throw new Error("another greeting");
        await two.track({ name: "Bo" });
        if ((await came).newPresences[0].name !== "Bo") throw new Error("somebody else");

        await ada.realtime.setAuth();
        await joined(ada.channel("user:" + me, { config: { private: true } }));
        let denied = "joined";
        await joined(bo.channel("user:" + me, { config: { private: true } })).catch((e) => (denied = e.message));
        if (!denied.includes("Unauthorized")) throw new Error("not denied: " + denied);
        window.result = "all shown";
      })().catch((error) => (window.result = "failed: " + error.message));
      </script>
      """;

  @Test
  void changesBroadcastPresenceAndPrivateChannelsWork() throws IOException {
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
    try (var server = RealtimeServer.start(Map.of());
        var browser = Chromium.start()) {
      RealtimeServer.execute(server, RealtimePeopleJsTest.NOTES);
      served.put("/supabase.js", Node.supabaseForPages());
      served.put("/app.html", page(server).getBytes(StandardCharsets.UTF_8));

      browser.open("http://localhost:" + site.getAddress().getPort() + "/app.html");

      Await.until(
          "the page is done",
          Duration.ofSeconds(60),
          () ->
              browser.evaluate("window.result").startsWith("all")
                  || browser.evaluate("window.result").startsWith("failed"));
      assertThat(browser.evaluate("window.result")).isEqualTo("all shown");
    } finally {
      site.stop(0);
    }
  }

  private static String page(TestServer server) {
    var email = "ada@example.org";
    var key = server.project().keys().serviceRoleKey().reveal();
    var made =
        Http.send(
            "POST",
            server.url() + "/auth/v1/admin/users",
            "{\"email\":\"%s\",\"password\":\"long enough 1\",\"email_confirm\":true}"
                .formatted(email),
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "application/json");
    assertThat(made.statusCode()).isLessThan(300);
    return PAGE.replace("%URL%", server.url())
        .replace("%KEY%", server.project().keys().publishableKey().reveal())
        .replace("%EMAIL%", email);
  }
}
