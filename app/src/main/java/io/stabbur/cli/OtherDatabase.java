package io.stabbur.cli;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.DatabaseUrl;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The database at the other end of a move, as an operator names it. What stands on a command line
/// is seen by everybody who lists the machine's processes, so the password may come from elsewhere.
final class OtherDatabase {
  static final String HELP =
      "postgresql://user@host:port/name, or - to read it from standard input. Without a password in"
          + " it, that is taken from PGPASSWORD, from the file that PGPASSWORD_FILE names, or asked"
          + " for on a terminal.";

  private OtherDatabase() {}

  static Login login(String given) {
    var url = DatabaseUrl.parse(given.equals("-") ? firstLine() : given);
    if (url.password() != null) {
      return url.login();
    }
    var password = Variables.all().get("PGPASSWORD");
    return new DatabaseUrl(url.jdbc(), url.user(), Secret.of(password == null ? typed() : password))
        .login();
  }

  private static String firstLine() {
    try {
      @Nullable String line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      if (line == null || line.isBlank()) {
        throw new StartFailure("No address came over standard input; pipe one in.");
      }
      return line;
    } catch (IOException e) {
      throw new StartFailure("Standard input cannot be read.", e);
    }
  }

  private static String typed() {
    var terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal);
    if (terminal.isEmpty()) {
      throw new StartFailure(
          "The address has no password; set PGPASSWORD_FILE to a file with it, or pipe in the whole address with -.");
    }
    var typed = terminal.get().readPassword("Password of the other database: ");
    return typed == null ? "" : new String(typed);
  }
}
