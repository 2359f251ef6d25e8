package io.stabbur.cli;

import io.stabbur.platform.error.StartFailure;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The password of a new account. What stands on a command line is seen by everybody who lists the
/// machine's processes, so it may come over standard input, or be typed unseen.
final class NewPassword {
  @Option(
      names = "--password-stdin",
      description =
          "Read the new account's password from standard input, or ask for it on a terminal. Without a password an invitation link is printed.")
  boolean fromInput;

  @Option(
      names = "--password",
      description = "The same on the command line, where other users of this machine can see it.")
  @Nullable String onCommandLine;

  /// The password that `given` brings, if any.
  static @Nullable String of(@Nullable NewPassword given) {
    if (given == null) {
      return null;
    }
    return given.fromInput ? read() : given.onCommandLine;
  }

  private static String read() {
    var terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    var password = terminal.isPresent() ? typed(terminal.get()) : firstLine();
    if (password == null || password.isEmpty()) {
      throw new StartFailure(
          "No password came over standard input; pipe one in, or leave out --password-stdin for an invitation link.");
    }
    return password;
  }

  private static @Nullable String typed(Console terminal) {
    var typed = terminal.readPassword("Password of the new account: ");
    return typed == null ? null : new String(typed);
  }

  private static @Nullable String firstLine() {
    try {
      return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
          .readLine();
    } catch (IOException e) {
      throw new StartFailure("Standard input cannot be read.", e);
    }
  }
}
