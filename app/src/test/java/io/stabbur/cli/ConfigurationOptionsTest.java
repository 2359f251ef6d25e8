package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.StartFailure;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Configuration files, their overlays, secrets in files, and what `config show` tells of them.
class ConfigurationOptionsTest {
  private final Path folder = TestServer.newFolder();

  @Test
  void showTellsEachValueItsOriginAndNoSecret() throws IOException, InterruptedException {
    var base =
        file(
            "stabbur.yml",
            """
            stabbur:
              public-url: https://production.example.org
              auth:
                redirect-urls: [a://, b://]
                mail:
                  password: ${SMTP_PASSWORD}
                sms:
                  test-codes: ['4712345678:geheim']
              rest:
                app-settings: [stripe=geheim]
              operations:
                alerts:
                  receivers:
                    chat: {kind: slack, url: 'https://hooks.example.org/T0/geheim'}
              projects:
                default:
                  database-url: postgresql://owner:geheim@db.example.org/postgres
            """);
    file("stabbur-staging.yml", "stabbur: {public-url: 'https://staging.example.org'}");
    var secret = file("smtp", "geheim\n");
    Files.writeString(secret, "geheim\n");

    try (var shown =
        Launched.startWithEnvironment(
            Map.of(
                "SMTP_PASSWORD_FILE",
                secret.toString(),
                "GOTRUE_SMTP_HOST",
                "smtp.example.org",
                "GOTRUE_JWT_SECRET",
                "geheim",
                "GOTRUE_JWT_KEYS",
                "[{\"kty\": \"oct\", \"k\": \"geheim\"}]"),
            folder,
            "config",
            "show",
            "--config",
            base.toString(),
            "--profile",
            "staging")) {
      assertThat(shown.awaitEnd()).as(shown.errors()).isZero();

      assertThat(shown.output().lines())
          .contains(
              "stabbur.public-url: https://staging.example.org  # "
                  + folder.resolve("stabbur-staging.yml"),
              "stabbur.auth.redirect-urls: [a://, b://]  # " + base,
              "stabbur.auth.mail.password: ***  # " + base,
              "stabbur.auth.mail.host: smtp.example.org  # a variable GOTRUE_*",
              "stabbur.operations.alerts.receivers.chat.url: ***  # " + base,
              "stabbur.projects.default.jwt-secret: ***  # a variable GOTRUE_*",
              "stabbur.projects.default.signing-keys: ***  # a variable GOTRUE_*",
              "stabbur.auth.sms.test-codes: ***  # " + base,
              "stabbur.rest.app-settings: ***  # " + base,
              "stabbur.projects.default.database-url: postgresql://***@db.example.org/postgres  # "
                  + base);
      assertThat(shown.output()).doesNotContain("geheim").doesNotContain("# default");
    }
  }

  @Test
  void defaultsAreShownWhenAskedFor() throws IOException, InterruptedException {
    var shown = Launched.run(folder, "config", "show", "--all");

    assertThat(shown.getValue().lines())
        .contains(
            "stabbur.auth.token.life: 1h  # default",
            "stabbur.rest.max-rows: 1000  # default",
            "stabbur.backup.key: (none)  # default");
  }

  @Test
  void ofSeveralOverlaysTheLastWins() throws IOException {
    var base = file("stabbur.yml", "stabbur: {}");
    var one = file("stabbur-one.yml", "stabbur: {}");
    var two = file("stabbur-two.yml", "stabbur: {}");

    assertThat(options(base, "one", "two").files()).containsExactly(base, one, two);
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    var base = file("stabbur.yml", "stabbur: {}");

    assertThatThrownBy(() -> options(base, "nowhere").files())
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining(
            "stabbur-nowhere.yml cannot be read; check the names after --profile");
    assertThatThrownBy(() -> options(folder.resolve("none.yml")).files())
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("check the path after --config");
    var without = new ConfigurationOptions();
    without.profiles = List.of("staging");
    assertThatThrownBy(without::files)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("name that file with --config");
  }

  @Test
  void aVariableMayComeFromAFile() throws IOException {
    var secret = file("secret", "a secret\n");

    var all =
        Variables.with(
            Map.of("SMTP_PASSWORD_FILE", secret.toString(), "LOG_FILE", "relative", "OTHER", "x"));

    assertThat(all)
        .containsEntry("SMTP_PASSWORD", "a secret")
        .containsEntry("LOG_FILE", "relative")
        .containsEntry("OTHER", "x")
        .doesNotContainKey("SMTP_PASSWORD_FILE");
    assertThatThrownBy(() -> Variables.with(Map.of("KEY", "x", "KEY_FILE", secret.toString())))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("Both KEY and KEY_FILE are set");
  }

  private static ConfigurationOptions options(Path config, String... profiles) {
    var options = new ConfigurationOptions();
    options.config = config;
    options.profiles = List.of(profiles);
    return options;
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
