package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// `stabbur up` is read by a command that has no other.
class StartRootTest {
  private static final CommandLine ALL = new CommandLine(new Stabbur());
  private static final CommandLine START = new CommandLine(new StartRoot());

  @Test
  void itKnowsOneCommand() {
    assertThat(START.getSubcommands()).containsOnlyKeys("up");
    assertThat(ALL.getSubcommands()).hasSizeGreaterThan(20).containsKey("up");
  }

  @Test
  void theCommandIsTheSameThere() {
    var one = Objects.requireNonNull(START.getSubcommands().get("up"));
    var other = Objects.requireNonNull(ALL.getSubcommands().get("up"));

    assertThat(one.getUsageMessage(CommandLine.Help.Ansi.OFF))
        .contains("Usage: stabbur up ", "--help", "--version", "--port", "--config")
        .isEqualTo(other.getUsageMessage(CommandLine.Help.Ansi.OFF));
    assertThat(one.getCommandSpec().qualifiedName())
        .isEqualTo(other.getCommandSpec().qualifiedName());
    assertThat(one.getCommandSpec().version()).isEqualTo(other.getCommandSpec().version());
  }

  @Test
  void theRootDescribesItselfInTheSameWords() {
    assertThat(START.getCommandSpec().name()).isEqualTo("stabbur");
    assertThat(START.getHelp().description()).isEqualTo(ALL.getHelp().description());
    assertThat(START.getHelp().synopsis(0)).isEqualTo(ALL.getHelp().synopsis(0));
  }
}
