package io.stabbur.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// When a mail server must speak TLS.
class MailSettingsTest {
  @Test
  void aPasswordLeavesTheMachineOnlyUnderTls() {
    assertThat(settings("smtp.example.org", "auto", "secret").requiresTls()).isTrue();
    assertThat(settings("localhost.example.org", "auto", "secret").requiresTls()).isTrue();
    assertThat(settings("smtp.example.org", "auto", null).requiresTls()).isFalse();
    assertThat(settings("smtp.example.org", "required", null).requiresTls()).isTrue();
    assertThat(settings("smtp.example.org", "off", "secret").requiresTls()).isFalse();
    for (var local : new String[] {"localhost", "127.0.0.1", "::1"}) {
      assertThat(settings(local, "auto", "secret").requiresTls()).as(local).isFalse();
    }
  }

  @Test
  void offIsTakenAsYamlReadsIt() {
    assertThat(settings("smtp.example.org", "false", "secret").tls()).isEqualTo("off");
    assertThat(settings("smtp.example.org", "true", null).requiresTls()).isTrue();
  }

  @Test
  void aMisspeltWordStopsTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings("smtp.example.org", "requierd", "secret"));
  }

  private static MailSettings settings(String host, String tls, @Nullable String password) {
    var hour = Duration.ofHours(1);
    return new MailSettings(
        host, 587, tls, "stabbur", password, "a@b", "A", hour, "en", hour, hour, 6, hour, 30, false,
        null);
  }
}
