package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/// What is read of `stabbur up` without picocli is what picocli reads.
class PlainStartTest {
  private record Read(
      int port,
      String host,
      Path data,
      @Nullable Path config,
      @Nullable Path keys,
      boolean takesEnvironment,
      boolean isDemo) {
    static Read of(UpCommand command) {
      return new Read(
          command.port,
          command.host,
          command.data,
          command.configuration.config,
          command.keys,
          command.takeEnvironment,
          command.demo);
    }
  }

  private static Optional<Read> plain(String line) {
    return PlainStart.of(line.split(" ", -1)).map(Read::of);
  }

  private static CommandLine picocli() {
    return Objects.requireNonNull(new CommandLine(new StartRoot()).getSubcommands().get("up"));
  }

  private static Read read(String line) {
    var parsed = new CommandLine(new StartRoot()).parseArgs(line.split(" ", -1));
    return Read.of((UpCommand) parsed.subcommand().commandSpec().userObject());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "up --port 8000",
        "up --port 99999",
        "up --data here/and-there --demo",
        "up --demo --take-environment",
        "up --host 0.0.0.0 --keys /k --config a=b.yml"
      })
  void theUsualFormMeansTheSame(String line) {
    assertThat(plain(line)).contains(read(line));
  }

  @Test
  void noOptionButProfilesAndHelpIsLeftToPicocli() {
    assertThat(
            picocli().getCommandSpec().options().stream()
                .filter(option -> plain("up " + given(option)).isEmpty())
                .map(OptionSpec::longestName)
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("--profile", "--help", "--version");
  }

  private static String given(OptionSpec option) {
    return option.arity().max() == 0 ? option.longestName() : option.longestName() + " 1";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up --help",
        "up --port=8000",
        "up --port",
        "up --port eighty",
        "up --port 0",
        "up --port 012",
        "up --port 1 --port 2",
        "up --demo --demo",
        "up --data --demo",
        "up --data @options",
        "up --data ",
        "up --dmeo",
        "up now"
      })
  void whatHasAnotherFormIsLeftToPicocli(String line) {
    assertThat(plain(line)).isEmpty();
  }
}
