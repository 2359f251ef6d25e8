package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.error.StartFailure;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Why a command failed, in one sentence that says what to do.
class OneSentenceTest {
  private static String of(@Nullable String message) {
    return OneSentence.of(new IllegalStateException(message));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "The port is taken. | The port is taken.",
        "The port is taken | The port is taken.",
        "Is it there? | Is it there?",
        "Stop! | Stop!",
        "see the log: | see the log:",
        "wrong (twice) | wrong (twice)",
        "`  wrong\n    at line 3\r\n\r\n  of x  ` | wrong at line 3 of x."
      })
  void aMessageIsOneLineWithAFullStop(String message, String sentence) {
    assertThat(of(message)).isEqualTo(sentence);
  }

  @Test
  void theInnermostCauseSaysItBest() {
    var failure =
        new RuntimeException("outer", new IOException("middle", new IOException("inner")));

    assertThat(OneSentence.of(failure)).isEqualTo("inner.");
  }

  /// A failure to start was written for operators; what caused it was not.
  @Test
  void aFailureToStartIsPreferredToItsCause() {
    var failure =
        new RuntimeException(
            "outer",
            new StartFailure("Choose another port with --port.", new IOException("EADDR")));

    assertThat(OneSentence.of(failure)).isEqualTo("Choose another port with --port.");
  }

  @Test
  void whereNothingIsSaidTheKindIs() {
    assertThat(of(null)).isEqualTo("IllegalStateException");
    assertThat(of("  \n ")).isEqualTo("IllegalStateException");
    assertThat(OneSentence.of(new RuntimeException(new StackOverflowError())))
        .isEqualTo("StackOverflowError");
  }

  @Test
  void aWrongSettingIsNamedWithWhatIsWrong() {
    assertThat(
            of(
                "Error instantiating bean of type X\n\nMessage: Error resolving property value"
                    + " [stabbur.rest.max-rows]. Unable to convert value [x]\nPath Taken: new X()"))
        .isEqualTo(
            "The setting stabbur.rest.max-rows is wrong: Unable to convert value [x]. See"
                + " config/stabbur.yml for every setting.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SMTP_PASSWORD", "my.name", "A-B_c9"})
  void aMissingVariableIsNamedWithWhereItMayCome(String name) {
    assertThat(of("Bean failed: Could not resolve placeholder ${" + name + "} in value"))
        .isEqualTo(
            "The configuration names ${%1$s}, which is not there; set the environment variable %1$s, or %1$s_FILE to a file with its value."
                .formatted(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`while parsing a block mapping\n in 'reader', line 3, column 1:\n    x`"
            + " | A configuration file cannot be read as YAML: while parsing a block mapping, line"
            + " 3, column 1: x; correct that place.",
        "while scanning for the next token | A configuration file cannot be read as YAML: while"
            + " scanning for the next token; correct that place.",
        "a while parsing | a while parsing."
      })
  void aConfigurationThatIsNoYamlIsTold(String message, String sentence) {
    assertThat(of(message)).isEqualTo(sentence);
  }
}
