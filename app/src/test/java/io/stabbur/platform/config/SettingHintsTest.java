package io.stabbur.platform.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.config.KnownSettings.Setting;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What an operator is asked whether it was meant, where a key is no setting.
class SettingHintsTest {
  private static final KnownSettings KNOWN =
      known(
          "stabbur.rest.max-rows",
          "stabbur.rest.schemas",
          "stabbur.auth.signup",
          "stabbur.auth.anonymous",
          "stabbur.auth.token.life",
          "stabbur.auth.redirect-urls",
          "stabbur.gateway.cors-origins",
          "stabbur.projects.*.database-url",
          "stabbur.projects.*.hosts",
          "stabbur.projects.*.api-connections",
          "stabbur.operations.alerts.receivers.*.url");

  private static KnownSettings known(String... paths) {
    var settings = new TreeMap<String, Setting>();
    for (var path : paths) {
      settings.put(path, new Setting(path, String.class, ""));
    }
    return new KnownSettings(settings);
  }

  @ParameterizedTest
  @CsvSource({
    "stabbur.rest.max-rowz, stabbur.rest.max-rows",
    "stabbur.rest.maxrows, stabbur.rest.max-rows",
    "stabbur.rest.schema, stabbur.rest.schemas",
    "stabbur.rst.max-rows, stabbur.rest.max-rows",
    "stabbur.gateway.cors-origin, stabbur.gateway.cors-origins",
    "stabbur.gatewy, stabbur.gateway",
    "stabbur.auth.redirecturls, stabbur.auth.redirect-urls"
  })
  void aMisspeltKeyIsNearTheRightOne(String path, String meant) {
    assertThat(SettingHints.of(path, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({
    "stabbur.auth.jwt-expiry, stabbur.auth.token.life",
    "stabbur.auth.enable-signup, stabbur.auth.signup",
    "stabbur.auth.external.github.client-id, stabbur.auth.providers",
    "stabbur.auth.smtp.host, stabbur.auth.mail",
    "stabbur.api.max-rows, stabbur.rest",
    "stabbur.database-url, stabbur.projects.default.database-url",
    "stabbur.port, the option --port"
  })
  void aKeyOfSupabasesConfigurationHasAnotherName(String path, String meant) {
    assertThat(SettingHints.of(path, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({
    "stabbur.projects.acme.url, stabbur.projects.acme.database-url",
    "stabbur.projects.default.db-url, stabbur.projects.default.database-url",
    "stabbur.projects.acme.pool-size, stabbur.projects.acme.api-connections",
    "stabbur.projects.acme.host, stabbur.projects.acme.hosts"
  })
  void aKeyOfAProjectKeepsTheProjectsName(String path, String meant) {
    assertThat(SettingHints.of(path, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({
    "stabbur.projects.acme.databas-url, stabbur.projects.acme.database-url",
    "stabbur.operations.alerts.receivers.board.ur, stabbur.operations.alerts.receivers.board.url"
  })
  void aMisspeltKeyBelowAChosenNameKeepsIt(String path, String meant) {
    assertThat(SettingHints.of(path, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stabbur.xyzxyz", "stabbur.rest.qqqqqqqq", "stabbur.zzzzzzzz.zzzzzzz.zz"})
  void whatIsNearNothingHasNoHint(String path) {
    assertThat(SettingHints.of(path, KNOWN)).isEmpty();
  }

  @Test
  void withoutSettingsThereIsNoHint() {
    assertThat(SettingHints.of("stabbur.rest.max-rowz", known())).isEmpty();
  }

  /// A hint that is no setting would send the operator astray.
  @Test
  void aSettingIsItsOwnNearest() {
    for (var setting : KNOWN.all()) {
      var path = setting.path().replace("*", "acme");
      assertThat(SettingHints.of(path, KNOWN)).as(path).contains(path);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "stabbur.auth.mail.password, true",
    "stabbur.projects.*.jwt-secret, true",
    "stabbur.projects.*.service-role-key, true",
    "stabbur.projects.*.signing-keys, true",
    "stabbur.projects.*.store-access-key-id, true",
    "stabbur.projects.*.store-secret-access-key, true",
    "stabbur.projects.*.database-url, true",
    "stabbur.projects.*.read-urls, true",
    "stabbur.auth.hooks.*.uri, true",
    "stabbur.operations.alerts.receivers.*.url, true",
    "stabbur.auth.providers.*.secret, true",
    "stabbur.rest.app-settings, true",
    "stabbur.auth.test-codes, true",
    "stabbur.operations.alerts.heartbeat, true",
    "stabbur.rest.max-rows, false",
    "stabbur.auth.providers.*.client-id, false",
    "stabbur.auth.providers.*.url, false",
    "stabbur.auth.password.min-length, false",
    "stabbur.auth.token.life, false",
    "stabbur.gateway.require-api-key, false"
  })
  void aSecretIsKnownByItsPath(String path, boolean isSecret) {
    assertThat(KnownSettings.isSecret(path)).isEqualTo(isSecret);
    assertThat(new Setting(path, String.class, "").isSecret()).isEqualTo(isSecret);
    assertThat(new Setting(path, Secret.class, "").isSecret()).isTrue();
  }
}
