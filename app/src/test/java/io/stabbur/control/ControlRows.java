package io.stabbur.control;

import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;

/// The rows of a server's control database.
record ControlRows(Login login) {
  static ControlRows of(TestServer server) {
    var _ = server.bean(OperatorDesk.class).list(); // the schema is made with the first use
    return new ControlRows(server.bean(ControlHome.class).login());
  }

  String text(String sql) {
    try (var database = Database.open(login)) {
      return database.transaction(
          Actor.of(login.user()),
          Access.READ,
          tx -> tx.first(Statement.of(sql), row -> row.getString(1)).orElseThrow());
    }
  }

  int update(String sql) {
    try (var database = Database.open(login)) {
      return database.transaction(
          Actor.of(login.user()), Access.WRITE, tx -> tx.update(Statement.of(sql)));
    }
  }
}
