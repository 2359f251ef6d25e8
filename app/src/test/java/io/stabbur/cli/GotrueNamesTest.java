package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.stabbur.auth.mail.MailSettings;
import io.stabbur.auth.password.PasswordSettings;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.session.TokenSettings;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.project.SigningKeyStore;
import io.stabbur.project.SigningKeyStore.State;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The names of a Supabase `.env`, and a server that is run by them.
class GotrueNamesTest {
  @Test
  void valuesAreSpeltAsOurs() {
    var read =
        GotrueNames.read(
            Map.ofEntries(
                Map.entry("GOTRUE_JWT_EXP", "3600"),
                Map.entry("GOTRUE_DISABLE_SIGNUP", "true"),
                Map.entry("GOTRUE_URI_ALLOW_LIST", "https://a.example/**, myapp://**"),
                Map.entry("GOTRUE_SESSIONS_TIMEBOX", "1h30m"),
                Map.entry("GOTRUE_SMTP_MAX_FREQUENCY", "1m500ms"),
                Map.entry("GOTRUE_SMS_MAX_FREQUENCY", "0"),
                Map.entry("GOTRUE_PASSWORD_REQUIRED_CHARACTERS", "abc:012:!\\:?"),
                Map.entry("GOTRUE_EXTERNAL_LINKEDIN_OIDC_CLIENT_ID", "one,two"),
                Map.entry("GOTRUE_HOOK_CUSTOM_ACCESS_TOKEN_URI", "pg-functions://postgres/a/b"),
                Map.entry("GOTRUE_MAILER_SUBJECTS_MAGIC_LINK", "Hei"),
                Map.entry("GOTRUE_MAILER_NOTIFICATIONS_PASSWORD_CHANGED_ENABLED", "true"),
                Map.entry("GOTRUE_SECURITY_CAPTCHA_ENABLED", "false"),
                Map.entry("GOTRUE_SECURITY_CAPTCHA_SECRET", "s"),
                Map.entry("GOTRUE_API_PORT", "9999"),
                Map.entry("API_EXTERNAL_URL", "https://api.example.org/auth/v1"),
                Map.entry("HOME", "/root")));

    assertThat(read.unknown()).isEmpty();
    assertThat(read.settings())
        .containsOnly(
            Map.entry("stabbur.public-url", "https://api.example.org"),
            Map.entry("stabbur.auth.token.life", "3600s"),
            Map.entry("stabbur.auth.mail.interval", "PT1M0.5S"),
            Map.entry("stabbur.auth.sms.interval", "PT0S"),
            Map.entry("stabbur.auth.signup", false),
            Map.entry("stabbur.auth.redirect-urls", List.of("https://a.example/**", "myapp://**")),
            Map.entry("stabbur.auth.token.session-timebox", "PT1H30M"),
            Map.entry("stabbur.auth.password.required-characters", List.of("abc", "012", "!:?")),
            Map.entry("stabbur.auth.providers.linkedin-oidc.client-id", List.of("one", "two")),
            Map.entry("stabbur.auth.hooks.custom-access-token.uri", "pg-functions://postgres/a/b"),
            Map.entry("stabbur.auth.templates.magic-link.subject", "Hei"),
            Map.entry("stabbur.auth.mail.notices", List.of("password-changed")));
  }

  @Test
  void namesWithoutAnEffectAreTold() {
    var read =
        GotrueNames.read(
            Map.of("GOTRUE_SITE_ULR", "https://a.example", "GOTRUE_SESSIONS_TAGS", "web"));

    assertThat(read.settings()).isEmpty();
    assertThat(read.unknown()).containsExactly("GOTRUE_SESSIONS_TAGS", "GOTRUE_SITE_ULR");
  }

  @Test
  void whereThereIsNoProjectDefaultItsNamesHaveNoEffect() {
    var read =
        GotrueNames.read(Map.of("GOTRUE_JWT_SECRET", "s", "GOTRUE_JWT_EXP", "60"))
            .withoutDefaultProject();

    assertThat(read.settings()).containsOnlyKeys("stabbur.auth.token.life");
    assertThat(read.unknown()).containsExactly("GOTRUE_JWT_SECRET");
  }

  @Test
  void thePageNamesWhatTheTableHas() throws IOException {
    var page = Files.readString(TestServer.repository().resolve("app/docs/gotrue-names.md"));
    var rows = new ArrayList<String>();
    var row = Pattern.compile("^\\| `([A-Z_]+)` \\| `([a-z.-]+)` \\|", Pattern.MULTILINE);
    row.matcher(page).results().forEach(found -> rows.add(found.group(1) + " " + found.group(2)));

    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            GotrueNames.names().stream().map(name -> name.theirs() + " " + name.ours()).toList());
    assertThat(GotrueNames.withoutMeaning()).allMatch(name -> page.contains("`" + name + "`"));
  }

  @Test
  void aServerRunsByThemAndSendsATestMail() {
    var smtp = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    smtp.start();
    var environment = new HashMap<String, String>();
    for (var name : GotrueNames.names()) {
      environment.put("GOTRUE_" + name.theirs(), sample(name));
    }
    environment.put("GOTRUE_SITE_URL", "https://app.example.org");
    environment.put("GOTRUE_JWT_SECRET", "a secret of their own, long enough for HS256");
    environment.put("GOTRUE_SMTP_HOST", "127.0.0.1");
    environment.put("GOTRUE_SMTP_PORT", Integer.toString(smtp.getSmtp().getPort()));
    environment.put("GOTRUE_SMTP_ADMIN_EMAIL", "post@example.org");
    environment.put("GOTRUE_MAILER_OTP_LENGTH", "8");
    environment.put("GOTRUE_SMS_PROVIDER", "twilio");
    environment.remove("GOTRUE_SMTP_USER");
    environment.remove("GOTRUE_SMTP_PASS");
    environment.remove("GOTRUE_SAML_PRIVATE_KEY");
    environment.put(
        "GOTRUE_JWT_KEYS",
        "[{\"kty\":\"oct\",\"kid\":\"theirs\",\"k\":\"%s\",\"key_ops\":[\"sign\",\"verify\"]}]"
            .formatted(Crypto.randomText(32)));
    var read = GotrueNames.read(environment);

    assertThat(read.unknown()).isEmpty();
    try (var server = TestServer.start(read.settings())) {
      assertThat(server.bean(TokenSettings.class).life()).isEqualTo(Duration.ofSeconds(61));
      assertThat(server.bean(TokenSettings.class).sessionTimebox()).isEqualTo(Duration.ofHours(2));
      assertThat(server.bean(AuthSettings.class).signup()).isFalse();
      assertThat(server.bean(MailSettings.class).codeLength()).isEqualTo(8);
      assertThat(server.bean(PasswordSettings.class).requiredCharacters())
          .containsExactly("abc", "012");
      assertThat(server.project().keys().jwtSecret().reveal()).startsWith("a secret of their own");
      assertThat(SigningKeyStore.of(server.project()).now().keys())
          .anyMatch(key -> key.id().equals("theirs") && key.state() == State.CURRENT);
      testMail(server, smtp);
    } finally {
      smtp.stop();
    }
  }

  private static void testMail(TestServer server, GreenMail smtp) {
    var url = server.url() + "/auth/v1/admin/mail/test";
    var body = "{\"email\":\"drift@example.org\"}";
    var service = server.project().keys().serviceRoleKey().reveal();
    var anon = server.project().keys().anonKey().reveal();

    var sent = Http.post(url, body, "apikey", service, "Authorization", "Bearer " + service);
    var refused = Http.post(url, body, "apikey", anon);
    var noAddress =
        Http.post(
            url, "{\"email\":\"drift\"}", "apikey", service, "Authorization", "Bearer " + service);

    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(200);
    assertThat(sent.body()).contains("post@example.org");
    assertThat(smtp.getReceivedMessages()).hasSize(1);
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(noAddress.statusCode()).isEqualTo(400);

    smtp.stop();
    var unreachable = Http.post(url, body, "apikey", service, "Authorization", "Bearer " + service);
    assertThat(unreachable.statusCode()).isEqualTo(502);
    assertThat(unreachable.body()).contains("cannot be reached");
  }

  private static String sample(GotrueNames.Name name) {
    return switch (name.form()) {
      case TEXT -> "7";
      case FLAG -> "true";
      case OPPOSITE -> "true";
      case SECONDS -> "61";
      case PERIOD -> "2h";
      case LIST -> "service_role,supabase_admin";
      case SETS -> "abc:012";
    };
  }
}
