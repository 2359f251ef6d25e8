package io.stabbur.cli;

import io.stabbur.platform.error.StartFailure;
import java.io.PrintWriter;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Prints why a command failed as one sentence on standard error, and makes the exit code 1.
final class OneSentence implements IExecutionExceptionHandler {
  private static final Pattern WRONG_SETTING =
      Pattern.compile("Error resolving property value \\[([^\\]]+)]\\. (.+)");

  private static final Pattern MISSING_VARIABLE =
      Pattern.compile("Could not resolve placeholder \\$\\{([A-Za-z0-9_.-]+)}");

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    return print(failure, command.getErr());
  }

  /// Prints why a command failed, and returns its exit code.
  static int print(Exception failure, PrintWriter errors) {
    errors.println("stabbur: " + sentence(failure));
    if (System.getenv("STABBUR_DEBUG") != null) {
      failure.printStackTrace(errors);
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /// The same for a command that cannot be understood; the exit code is 2.
  static int misspelt(ParameterException failure, String[] arguments) {
    var command = failure.getCommandLine();
    var reason =
        failure instanceof UnmatchedArgumentException unmatched
            ? unknown(unmatched)
            : String.valueOf(failure.getMessage())
                .replaceFirst("^Error: ", "")
                .replaceFirst("is not an? (int|long)$", "is not a whole number");
    command
        .getErr()
        .printf(
            "stabbur: %s; `%s --help` shows what there is.%n",
            reason, command.getCommandSpec().qualifiedName());
    return CommandLine.ExitCode.USAGE;
  }

  private static String unknown(UnmatchedArgumentException failure) {
    var what = failure.isUnknownOption() ? "option" : "command or argument";
    var given = failure.getUnmatched().getFirst();
    var meant =
        failure.getSuggestions().stream()
            .filter(name -> initial(name).equals(initial(given)))
            .limit(2)
            .collect(Collectors.joining(" or "));
    return "Unknown %s: %s%s"
        .formatted(what, given, meant.isEmpty() ? "" : " (did you mean %s?)".formatted(meant));
  }

  /// Of the many names that are suggested, those that begin alike are what was meant.
  private static String initial(String name) {
    var word = name.replaceFirst("^-*", "");
    return word.isEmpty() ? "" : word.substring(0, 1);
  }

  /// Why something failed, as one sentence.
  static String of(Throwable failure) {
    return sentence(failure);
  }

  /// The innermost start failure or setting error says it best.
  private static String sentence(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof StartFailure) {
        return String.valueOf(at.getMessage());
      }
    }
    Throwable deepest = failure;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    var message = deepest.getMessage();
    return message == null || message.isBlank()
        ? deepest.getClass().getSimpleName()
        : setting(message);
  }

  /// The framework tells of a wrong setting in many lines; one of them says it.
  private static String setting(String message) {
    var missing = MISSING_VARIABLE.matcher(message);
    if (missing.find()) {
      return "The configuration names ${%1$s}, which is not there; set the environment variable %1$s, or %1$s_FILE to a file with its value."
          .formatted(missing.group(1));
    }
    var wrong = WRONG_SETTING.matcher(message);
    if (wrong.find()) {
      return "The setting %s is wrong: %s. See config/stabbur.yml for every setting."
          .formatted(wrong.group(1), wrong.group(2));
    }
    var line = message.strip().replaceAll("\\s*\\R\\s*", " ");
    if (line.startsWith("while scanning") || line.startsWith("while parsing")) {
      return "A configuration file cannot be read as YAML: %s; correct that place."
          .formatted(line.replace(" in 'reader'", ""));
    }
    return closed(line);
  }

  /// A message with the full stop that those of APIs do not have.
  static String closed(String message) {
    return message.matches("(?s).*[.!?:)]") ? message : message + ".";
  }
}
