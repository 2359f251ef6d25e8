package io.stabbur;

import io.stabbur.cli.Stabbur;
import java.security.Security;

/// The process: everything it can do is a subcommand of [Stabbur].
public final class Application {
  private Application() {}

  public static void main(String[] arguments) {
    // a database's name may lead to another address within seconds
    Security.setProperty("networkaddress.cache.ttl", "5");
    System.exit(Stabbur.run(arguments));
  }
}
