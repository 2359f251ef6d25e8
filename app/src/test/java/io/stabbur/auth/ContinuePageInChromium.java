package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stabbur.testing.Chromium;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The page with the button, in a real browser: opening it uses nothing up, pressing the button
/// leads to the app, which is another site. Needs Chromium, so it is run by its name alone: `mvn
/// -Dtest=ContinuePageInChromium test`.
class ContinuePageInChromium {
  @Test
  void theButtonLeadsToTheApp() throws IOException {
    var app = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    app.createContext(
        "/",
        exchange -> {
          var page = "<!doctype html><title>app</title>".getBytes(StandardCharsets.UTF_8);
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
          }
        });
    app.start();
    var target = "http://localhost:" + app.getAddress().getPort() + "/velkommen";
    try (var mailbox = new Mailbox();
        var server = TestServer.start(settings(mailbox));
        var browser = Chromium.start()) {
      var email = AuthClient.newEmail();
      var client = new AuthClient(server);
      client.post(
          "/signup?redirect_to=" + target,
          "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, AuthClient.PASSWORD));
      var link = mailbox.last(email).link();

      browser.open(link);
      browser.awaitAddress(server.url() + "/auth/v1/verify");
      assertThat(browser.evaluate("document.querySelectorAll('button').length")).isEqualTo("1");
      assertThat(client.signIn(email).text("code")).isEqualTo("email_not_confirmed");

      browser.press("button");

      assertThat(browser.awaitAddress(target)).contains("#access_token=", "type=signup");
      assertThat(browser.evaluate("document.title")).isEqualTo("app");
      assertThat(client.signIn(email).status()).isEqualTo(200);
    } finally {
      app.stop(0);
    }
  }

  private static Map<String, Object> settings(Mailbox mailbox) {
    var settings = new HashMap<>(mailbox.settings());
    settings.put("stabbur.auth.mail.confirm-page", true);
    settings.put("stabbur.auth.redirect-urls", "http://localhost:*/**");
    return settings;
  }
}
