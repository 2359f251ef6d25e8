package io.stabbur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The operating-system user `stabbur`, as which Postgres runs when the tests run as root. The
/// first test that needs it adds it to the machine; an ordinary user needs none.
public final class PostgresAccount {
  private static final int TRIES = 20;
  private static boolean exists;

  private PostgresAccount() {}

  public static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  /// Makes sure that the user exists. Other test runs may add it at the same moment.
  static synchronized void ensure() {
    for (int i = 0; !exists && isRoot() && exit("id", "-u", "stabbur") != 0; i++) {
      int added =
          exit(
              "useradd",
              "--system",
              "--user-group",
              "--no-create-home",
              "--shell",
              "/usr/sbin/nologin",
              "stabbur");
      if (added != 0 && i == TRIES) {
        throw new AssertionError("the user stabbur cannot be added; run the tests as another user");
      }
    }
    exists = true;
  }

  /// What a command line begins with that runs as this user, or as the one of the tests.
  static List<String> prefix() {
    ensure();
    return isRoot()
        ? List.of("setpriv", "--reuid=stabbur", "--regid=stabbur", "--clear-groups")
        : List.of();
  }

  private static int exit(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0 && !said.contains("no such user")) {
        Thread.sleep(100);
      }
      return code;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
