package io.stabbur.cli;

import io.stabbur.project.StartFailure;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Prints why a command failed as one sentence on standard error, and makes the exit code 1.
final class OneSentence implements IExecutionExceptionHandler {
  private static final Pattern WRONG_SETTING =
      Pattern.compile("Error resolving property value \\[([^\\]]+)]\\. (.+)");

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    command.getErr().println("stabbur: " + sentence(failure));
    if (System.getenv("STABBUR_DEBUG") != null) {
      failure.printStackTrace(command.getErr());
    }
    return 1;
  }

  /// The same for a command that cannot be understood; the exit code is 2.
  static int misspelt(ParameterException failure, String[] arguments) {
    var command = failure.getCommandLine();
    var reason = String.valueOf(failure.getMessage()).replaceFirst("^Error: ", "");
    command
        .getErr()
        .printf(
            "stabbur: %s; `%s --help` shows what there is.%n",
            reason, command.getCommandSpec().qualifiedName());
    return CommandLine.ExitCode.USAGE;
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
    var wrong = WRONG_SETTING.matcher(message);
    return wrong.find()
        ? "The setting %s is wrong: %s. See config/stabbur.yml for every setting."
            .formatted(wrong.group(1), wrong.group(2))
        : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
