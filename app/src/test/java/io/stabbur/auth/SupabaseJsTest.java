package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.Test;

/// Unmodified supabase-js through the flows of the contract, with a real SMTP server, a service
/// that takes text messages, and a provider that runs as a server of its own.
class SupabaseJsTest {
  @Test
  void supabaseJsGoesThroughEveryFlow() throws IOException {
    var provider = new MockOAuth2Server();
    provider.start(InetAddress.getLoopbackAddress(), 0);
    for (int i = 0; i < 3; i++) {
      provider.enqueueCallback(
          new DefaultOAuth2TokenCallback(
              "main",
              UUID.randomUUID().toString(),
              "JWT",
              List.of("my-app"),
              Map.of("email", AuthClient.newEmail(), "email_verified", true),
              3600));
    }
    var email = AuthClient.newEmail();
    var idToken =
        provider.issueToken(
            "google",
            UUID.randomUUID().toString(),
            "ios-app",
            Map.of("email", email, "email_verified", true));
    try (var mailbox = new Mailbox();
        var messenger = new Messenger(mailbox);
        var server = TestServer.start(settings(provider, mailbox, messenger))) {
      var shown = Node.run(server, "auth.mjs", messenger.url(), idToken.serialize(), email);

      assertThat(Json.parse(shown.strip()).size()).isEqualTo(20);
    } finally {
      provider.shutdown();
    }
  }

  private static Map<String, Object> settings(
      MockOAuth2Server provider, Mailbox mailbox, Messenger messenger) {
    var settings = new HashMap<>(mailbox.settings());
    settings.putAll(messenger.settings());
    settings.put("stabbur.auth.redirect-urls", "http://app.example.org/**");
    settings.put("stabbur.auth.anonymous", true);
    settings.put("stabbur.auth.manual-linking", true);
    settings.put("stabbur.auth.providers.keycloak.url", provider.issuerUrl("main").toString());
    settings.put("stabbur.auth.providers.keycloak.client-id", "my-app");
    settings.put("stabbur.auth.providers.google.url", provider.issuerUrl("google").toString());
    settings.put("stabbur.auth.providers.google.client-id", "ios-app,web-app");
    for (var limit : new String[] {"anonymous", "factor", "sso"}) {
      settings.put("stabbur.auth.limits." + limit, 0);
    }
    return settings;
  }
}
