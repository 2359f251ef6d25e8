package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.Test;

/// Unmodified supabase-js through the flows of the contract, with a provider that runs as a server
/// of its own and a hook that is called over HTTP.
class SupabaseJsTest {
  @Test
  void supabaseJsGoesThroughEveryFlow() throws IOException {
    var provider = new MockOAuth2Server();
    provider.start(InetAddress.getLoopbackAddress(), 0);
    for (int i = 0; i < 3; i++) {
      var email = AuthClient.newEmail();
      provider.enqueueCallback(
          new DefaultOAuth2TokenCallback(
              "main",
              UUID.randomUUID().toString(),
              "JWT",
              List.of("my-app"),
              Map.of("email", email, "email_verified", true),
              3600));
    }
    int port = TestServer.freePort();
    var secret = "v1,whsec_" + Base64.getEncoder().encodeToString(Crypto.random(32));
    try (var server = TestServer.start(settings(provider, port, secret))) {
      var shown = Node.run(server, "auth.mjs", String.valueOf(port), secret);

      assertThat(Json.parse(shown.strip()).size()).isEqualTo(14);
    } finally {
      provider.shutdown();
    }
  }

  private static Map<String, Object> settings(
      MockOAuth2Server provider, int hookPort, String secret) {
    var settings = new HashMap<String, Object>();
    settings.put("stabbur.auth.redirect-urls", "http://app.example.org/**");
    settings.put("stabbur.auth.anonymous", true);
    settings.put("stabbur.auth.manual-linking", true);
    settings.put("stabbur.auth.mail.interval", "0s");
    settings.put("stabbur.auth.mail.per-hour", 1000);
    settings.put("stabbur.auth.hooks.send-email.uri", "http://127.0.0.1:" + hookPort);
    settings.put("stabbur.auth.hooks.send-email.secrets", secret);
    settings.put("stabbur.auth.providers.keycloak.url", provider.issuerUrl("main").toString());
    settings.put("stabbur.auth.providers.keycloak.client-id", "my-app");
    for (var limit : new String[] {"token", "verify", "otp", "anonymous", "factor", "sso"}) {
      settings.put("stabbur.auth.limits." + limit, 0);
    }
    return settings;
  }
}
