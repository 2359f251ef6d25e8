package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.ClientSuite;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// auth-js' own suite against a server set up as `test/supabase/config.toml` says, with the keys
/// that the suite makes: app/docs/conformance.md.
@Tag("nightly")
@EnabledIfEnvironmentVariable(named = "CLIENT_SUITES", matches = ".+")
class AuthJsSuiteTest {
  private static Map<String, Object> settings(Mailbox mailbox, String keys) {
    var settings = new HashMap<String, Object>(mailbox.settings());
    settings.put("stabbur.projects.default.signing-keys", keys);
    settings.put("stabbur.projects.default.jwt-secret", ClientSuite.JWT_SECRET);
    settings.put("stabbur.gateway.require-api-key", false);
    settings.put("stabbur.auth.site-url", "http://127.0.0.1:3000");
    settings.put(
        "stabbur.auth.redirect-urls", List.of("https://127.0.0.1:3000", "http://localhost:5173"));
    for (var on :
        List.of("anonymous", "phone", "phone-autoconfirm", "email-autoconfirm", "factors.totp")) {
      settings.put("stabbur.auth." + on, true);
    }
    settings.put("stabbur.auth.factors.phone", true);
    settings.put("stabbur.auth.factors.webauthn", true);
    settings.put("stabbur.auth.mail.interval", "1s");
    settings.put("stabbur.auth.mail.per-hour", 100);
    settings.put("stabbur.auth.sms.interval", "1s");
    settings.put("stabbur.auth.sms.test-codes", "1234567890:123456");
    settings.put("stabbur.auth.passkeys.enabled", true);
    settings.put("stabbur.auth.webauthn.rp-id", "localhost");
    settings.put("stabbur.auth.webauthn.rp-origins", "http://localhost:5173");
    settings.put("stabbur.auth.oauth-server.enabled", true);
    settings.put("stabbur.auth.oauth-server.dynamic-registration", true);
    settings.put("stabbur.auth.oauth-server.authorization-path", "/oauth/consent");
    settings.put("stabbur.auth.providers.google.client-id", "any.apps.googleusercontent.com");
    settings.put("stabbur.auth.providers.google.secret", "any");
    settings.put("stabbur.auth.providers.google.skip-nonce-check", true);
    for (var limit :
        List.of("token", "verify", "otp", "anonymous", "factor", "oauth", "passkey", "sso")) {
      settings.put("stabbur.auth.limits." + limit, 0);
    }
    settings.put("stabbur.auth.limits.oauth-registration", 0);
    return settings;
  }

  @Test
  void authJs() throws IOException, InterruptedException {
    var suite = ClientSuite.of("auth-js");
    var made =
        new ProcessBuilder("node", "test/generate-signing-keys.js")
            .directory(suite.folder().toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    assertThat(made).isZero();
    try (var mailbox = new Mailbox();
        var server =
            TestServer.start(settings(mailbox, suite.read("test/supabase/signing_keys.json")))) {
      // a case has five seconds, and the first calls of a server that has just started take longest
      var client = new AuthClient(server);
      var email = AuthClient.newEmail();
      assertThat(client.signUp(email).status()).isEqualTo(200);
      assertThat(client.signIn(email).status()).isEqualTo(200);

      suite.run(server, "--config=jest.config.cli.js").requireAllOf(560);
    }
  }
}
