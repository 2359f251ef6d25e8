package io.stabbur.console.form;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is written once more before something is lost.
class ConsoleFormTest {
  private static ConsoleForm written(String text) {
    return new ConsoleForm(Map.of("confirm", text));
  }

  @Test
  void spacesCountAsPagesShowThem() {
    assertThat(written(" Bod\u00f8  lag ").confirms("Bod\u00f8 lag")).isTrue();
    assertThat(written("Bod\u00f8 lag").confirms(" Bodo\u0338 lag")).isFalse();
    assertThat(written("\u00e5").confirms("a\u030a")).as("the same sign, made of two").isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " \t\n "})
  void anEmptyNameIsConfirmedByNothing(String name) {
    assertThat(new ConsoleForm(Map.of()).confirms(name)).isFalse();
    assertThat(written("").confirms(name)).isFalse();
    assertThat(written(name).confirms(name)).isFalse();
    assertThat(ConsoleForm.asked(name, 7)).isEqualTo("7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u200b",
        "Kari\u00a0Nordmann",
        "Kari\u202eirak",
        "Kari\nNordmann",
        "\u3164",
        "\u2800",
        "\ue000",
        "\ud800"
      })
  void theOtherIsAskedForWhereNotEverybodyCanWriteTheName(String name) {
    assertThat(ConsoleForm.asked(name, 7)).isEqualTo("7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Kari Nordmann", "S\u00e1mi-lag (Troms\u00f8) #1", "\u65e5\u672c", "<b>"})
  void aNameThatIsSeenIsAskedFor(String name) {
    assertThat(ConsoleForm.asked(name, 7)).isEqualTo(name);
  }
}
