package io.stabbur.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads `stabbur up` in its usual form, `up --port 8000 --data DIR`, without picocli: picocli's
/// classes are in a format that the class cache cannot hold, so that loading them and reading their
/// annotations takes a tenth of the processor time of a start. What has another form is left to
/// picocli: `--help`, `--port=8000`, an option that is given twice or misspelt.
final class PlainStart {
  private static final Set<String> WITH_VALUE =
      Set.of("--port", "--host", "--data", "--config", "--keys");
  private static final Set<String> FLAGS = Set.of("--take-environment", "--demo");
  private static final Pattern PORT = Pattern.compile("[1-9][0-9]{0,4}");

  private PlainStart() {}

  /// The command with its options; empty where picocli must read them.
  ///
  /// @param arguments of which the first is `up`
  static Optional<UpCommand> of(String... arguments) {
    var given = new HashMap<String, String>();
    for (int i = 1; i < arguments.length; i++) {
      var name = arguments[i];
      boolean hasValue = WITH_VALUE.contains(name) && i + 1 < arguments.length;
      if (!hasValue && !FLAGS.contains(name)) {
        return Optional.empty();
      }
      var value = hasValue ? arguments[++i] : "set";
      if (isSpecial(value) || given.put(name, value) != null) {
        return Optional.empty();
      }
    }
    return PORT.matcher(given.getOrDefault("--port", "1")).matches()
        ? Optional.of(command(given))
        : Optional.empty();
  }

  /// Empty, an option, or a file that picocli would read options from.
  private static boolean isSpecial(String value) {
    return value.isEmpty() || value.startsWith("-") || value.startsWith("@");
  }

  private static UpCommand command(Map<String, String> given) {
    var command = new UpCommand();
    given.forEach(
        (name, value) -> {
          switch (name) {
            case "--port" -> command.port = Integer.parseInt(value);
            case "--host" -> command.host = value;
            case "--data" -> command.data = Path.of(value);
            case "--config" -> command.configuration.config = Path.of(value);
            case "--keys" -> command.keys = Path.of(value);
            case "--take-environment" -> command.takeEnvironment = true;
            default -> command.demo = true;
          }
        });
    return command;
  }

  /// Runs the command and returns its exit code.
  static int run(UpCommand command) {
    try {
      return command.call();
    } catch (InterruptedException | RuntimeException e) {
      return OneSentence.print(e, new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    }
  }
}
