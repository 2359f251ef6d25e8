package io.stabbur.functions.database;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.TestServer;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// Two appliances on one database, and SQL as its owner or a role.
record TwoServers(TestServer first) {
  static TwoServers start() {
    var folder = DataTemplate.MIGRATED.newCopy().toString();
    var pair = new TwoServers(AtExit.close(TestServer.start(Map.of("stabbur.data", folder))));
    var keys = pair.first.project().keys();
    AtExit.close(
        TestServer.start(
            Map.of(
                "stabbur.data",
                folder,
                "stabbur.projects.default.database-url",
                "postgresql://127.0.0.1:" + pair.databasePort() + "/postgres",
                "stabbur.projects.default.admin-password",
                keys.databasePassword().reveal(),
                "stabbur.projects.default.api-password",
                keys.apiPassword().reveal())));
    return pair;
  }

  int databasePort() {
    var url = first.project().admin().login().url();
    return URI.create(url.substring("jdbc:".length())).getPort();
  }

  /// The first column of the first row, as the owner.
  String value(String sql, Object... values) {
    return valueAs("postgres", sql, values);
  }

  String valueAs(String role, String sql, Object... values) {
    var all = valuesAs(role, sql, values);
    return all.isEmpty() || all.getFirst() == null ? "" : all.getFirst();
  }

  List<String> values(String sql, Object... values) {
    return valuesAs("postgres", sql, values);
  }

  private List<String> valuesAs(String role, String sql, Object... values) {
    try {
      return first
          .project()
          .admin()
          .transaction(
              Actor.of(role),
              Access.WRITE,
              tx -> tx.list(Statement.of(sql, values), row -> row.getString(1)));
    } catch (ApiException e) {
      throw new IllegalStateException(
          e.error() instanceof Failure.Database failure ? failure.message() : e.error().toString(),
          e);
    }
  }

  void run(String sql) {
    first
        .project()
        .admin()
        .transaction(Actor.of("postgres"), Access.WRITE, tx -> tx.update(Statement.of(sql)));
  }
}
