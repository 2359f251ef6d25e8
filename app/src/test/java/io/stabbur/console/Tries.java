package io.stabbur.console;

import io.stabbur.control.ControlHome;
import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;

/// The sign-ins that are counted against this machine by tests that sign in often.
final class Tries {
  private Tries() {}

  static void forget(TestServer server) {
    var _ = server.bean(OperatorDesk.class).list(); // the schema is made with the first use
    run(server, Statement.of("delete from stabbur_control.sign_in_attempts"));
  }

  /// Lets codes of an operator's count that were used.
  static void forgetCodes(TestServer server, String email) {
    run(
        server,
        Statement.of(
            "update stabbur_control.operators set factor_step = 0 where email = ?", email));
  }

  static void run(TestServer server, Statement statement) {
    var login = server.bean(ControlHome.class).login();
    try (var database = Database.open(login)) {
      var _ =
          database.transaction(Actor.of(login.user()), Access.WRITE, tx -> tx.update(statement));
    }
  }

  /// Lets a code that was used count once more: the next one comes after half a minute.
  static void forgetCodes(TestServer server) {
    var login = server.bean(ControlHome.class).login();
    try (var database = Database.open(login)) {
      var _ =
          database.transaction(
              Actor.of(login.user()),
              Access.WRITE,
              tx ->
                  tx.update(Statement.of("update stabbur_control.operators set factor_step = 0")));
    }
  }
}
