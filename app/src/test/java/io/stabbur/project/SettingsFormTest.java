package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.StartFailure;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFormTest {
  @ParameterizedTest
  @ValueSource(strings = {"hosted-timeout", "hosted-socket-limit"})
  void timesThatCannotBeCountedAreRefused(String setting) {
    for (var time : new String[] {"PT9223372036854775807S", "366d", "-1s"}) {
      assertThatThrownBy(() -> SettingsForm.read("a", Map.of(setting, time)))
          .as(time)
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining(setting);
    }
  }

  @Test
  void aYearIsNotTooLong() {
    assertThat(SettingsForm.read("a", Map.of("hosted-socket-limit", "365d")).hostedSocketLimit())
        .isEqualTo(Duration.ofDays(365));
  }
}
