package io.stabbur.domain;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The database as its owner sees it with psql: every row, no keys.
record Owner(TestServer server) {
  /// First columns of the rows, as text.
  List<String> texts(String sql, @Nullable Object... values) {
    return server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"),
            Access.WRITE,
            tx -> tx.list(Statement.of(sql, values), rows -> String.valueOf(rows.getString(1))));
  }

  String text(String sql, @Nullable Object... values) {
    return texts(sql, values).getFirst();
  }

  void run(String sql, @Nullable Object... values) {
    server
        .project()
        .admin()
        .transaction(
            Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(sql, values)));
  }
}
