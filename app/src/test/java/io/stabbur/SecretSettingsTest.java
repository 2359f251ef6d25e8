package io.stabbur;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ConfigurableApplicationContext;
import io.stabbur.platform.config.EffectiveSettings;
import io.stabbur.platform.config.KnownSettings;
import io.stabbur.platform.config.KnownSettings.Setting;
import io.stabbur.project.SettingsForm;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which settings are shown to nobody, among all that there are.
class SecretSettingsTest {
  private static final String HIDDEN = "geheim";

  /// Names that tell of a secret.
  private static final Pattern TELLING =
      Pattern.compile(
          ".*(password|secret|token|keys?|codes?|credential|private|heartbeat|app-settings).*");

  /// Settings whose names do, and whose values are none: switches, numbers, times, paths of files.
  private static final Set<String> HARMLESS =
      Set.of(
          "stabbur.auth.mail.code-length",
          "stabbur.auth.mail.code-life",
          "stabbur.auth.mail.typed-code-life",
          "stabbur.auth.sms.code-length",
          "stabbur.auth.sms.code-life",
          "stabbur.auth.oauth-server.code-life",
          "stabbur.auth.limits.passkey",
          "stabbur.control.token-life",
          "stabbur.gateway.require-api-key",
          "stabbur.issuers.*.keys-kept",
          "stabbur.management.token-life",
          "stabbur.operations.alerts.heartbeat-every",
          "stabbur.postgres.tls-key",
          "stabbur.realtime.private-only",
          "stabbur.realtime.token-check");

  private static ApplicationContext context(Map<String, Object> given) {
    var context =
        ApplicationContext.builder().environmentPropertySource(false).properties(given).build();
    context.getEnvironment().start();
    ((ConfigurableApplicationContext) context).configure();
    return context;
  }

  private static Map<String, Setting> known() {
    try (var context = context(Map.of())) {
      return new TreeMap<>(KnownSettings.of(context).byPath());
    }
  }

  @Test
  void eachSettingWhoseNameTellsOfASecretIsOne() {
    var open =
        known().values().stream()
            .filter(setting -> TELLING.matcher(last(setting.path())).matches())
            .filter(setting -> !setting.isSecret())
            .map(Setting::path)
            .toList();

    assertThat(open).isSubsetOf(HARMLESS);
    assertThat(known().keySet()).containsAll(HARMLESS);
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "database-url",
        "admin-password",
        "api-password",
        "jwt-secret",
        "signing-keys",
        "anon-key",
        "service-role-key",
        "publishable-key",
        "secret-key",
        "master-key",
        "store-access-key-id",
        "store-secret-access-key"
      })
  void theApiForProjectsAndThePageHideTheSame(String setting) {
    assertThat(SettingsForm.isSecret(setting)).isTrue();
    assertThat(Objects.requireNonNull(known().get("stabbur.projects.*." + setting)).isSecret())
        .isTrue();
  }

  @Test
  void whatEitherHidesTheOtherHides() {
    var ofProjects =
        known().values().stream()
            .filter(setting -> setting.path().startsWith("stabbur.projects.*."))
            .collect(Collectors.toMap(setting -> last(setting.path()), Function.identity()));

    ofProjects.forEach(
        (name, setting) ->
            assertThat(SettingsForm.isSecret(name)).as(name).isEqualTo(setting.isSecret()));
  }

  private static String shown(Map<String, Object> given) {
    try (var context = context(given)) {
      return EffectiveSettings.of(context, context.getEnvironment()).stream()
          .filter(line -> line.origin().isPresent())
          .filter(line -> line.path().startsWith("stabbur."))
          .map(line -> line.path() + ": " + line.value())
          .collect(Collectors.joining("\n"));
    }
  }

  @Test
  void noSecretIsShownWhereverItIsGiven() {
    var given = new TreeMap<String, Object>();
    for (var setting : known().values()) {
      if (setting.isSecret() && !setting.isDatabase()) {
        given.put(setting.path().replace("*", "default"), HIDDEN);
      }
    }
    given.put("stabbur.projects.second.signing-keys", "[{\"k\": \"" + HIDDEN + "\"}]");
    given.put("stabbur.rest.app-settings", List.of("stripe=" + HIDDEN));
    given.put("stabbur.auth.sms.test-codes", List.of("4712345678:" + HIDDEN));

    var shown = shown(given);

    assertThat(shown).doesNotContain(HIDDEN);
    assertThat(shown.lines())
        .contains(
            "stabbur.projects.default.signing-keys: ***",
            "stabbur.projects.second.signing-keys: ***",
            "stabbur.rest.app-settings: ***",
            "stabbur.auth.sms.test-codes: ***",
            "stabbur.auth.sms.url: ***",
            "stabbur.auth.hooks.default.uri: ***",
            "stabbur.operations.alerts.receivers.default.url: ***",
            "stabbur.operations.alerts.heartbeat: ***");
  }

  @Test
  void noneIsShownWhereItIsGivenEntryByEntry() {
    var shown =
        shown(
            Map.of(
                "stabbur.rest.app-settings[0]",
                "stripe=" + HIDDEN,
                "stabbur.auth.sms.test-codes[0]",
                "4712345678:" + HIDDEN,
                "stabbur.projects.default.read-urls[0]",
                "postgresql://a:geheim@one/x",
                "stabbur.projects.default.read-urls[1]",
                "postgresql://a:geheim@two/x"));

    assertThat(shown)
        .doesNotContain(HIDDEN)
        .contains("stabbur.rest.app-settings: ***", "stabbur.auth.sms.test-codes: ***")
        .contains("[postgresql://***@one/x, postgresql://***@two/x]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgresql://o:geheim@db/x | postgresql://***@db/x",
        "postgresql://o:ge/geheim@heim@db/x | postgresql://***@db/x",
        "postgresql://db/x?user=o&password=geheim | postgresql://db/x?user=***&password=***"
      })
  void ofADatabaseTheHostIsShown(String url, String expected) {
    assertThat(shown(Map.of("stabbur.projects.default.database-url", url)))
        .isEqualTo("stabbur.projects.default.database-url: " + expected);
  }

  @Test
  void anAddressOfOthersIsShownWithoutItsQuery() {
    assertThat(
            shown(
                Map.of(
                    "stabbur.auth.captcha.url", "https://o:geheim@example.org/verify?code=geheim")))
        .isEqualTo("stabbur.auth.captcha.url: https://***@example.org/verify?code=***");
  }
}
