package io.stabbur.cli;

import io.stabbur.testing.Console;

/// Commands run in this JVM.
final class Commands {
  private static final String CONFIG_FILES = "micronaut.config.files";

  private Commands() {}

  /// Runs a command to its end. Of `up` only starts that fail end.
  static Console.Ended run(String input, String... arguments) {
    try {
      return Console.capture(input, () -> Stabbur.run(arguments));
    } finally {
      // a process that ends with its command need not take it back
      System.clearProperty(CONFIG_FILES);
    }
  }
}
