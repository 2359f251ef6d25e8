package io.stabbur;

import io.stabbur.cli.Stabbur;

/// The process: everything it can do is a subcommand of [Stabbur].
public final class Application {
  private Application() {}

  public static void main(String[] arguments) {
    System.exit(Stabbur.run(arguments));
  }
}
