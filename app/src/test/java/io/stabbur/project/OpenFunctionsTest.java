package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Which functions of our schemas the roles of the API may execute: Postgres lets everybody execute
/// a function that nobody was refused. Each stands in `open-functions.txt` with a reason.
class OpenFunctionsTest {
  /// Triggers cannot be called. What an extension brings is its own.
  private static final String OPEN =
      """
      select distinct n.nspname || '.' || p.proname
      from pg_proc p
      join pg_namespace n on n.oid = p.pronamespace
      where (n.nspname ~ '^(stabbur|net$|cron$|vault$|pgmq)'
          or n.nspname in ('auth', 'storage', 'realtime') and p.prosecdef)
        and (has_function_privilege('anon', p.oid, 'execute')
          or has_function_privilege('authenticated', p.oid, 'execute'))
        and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
        and not exists (
          select from pg_depend d
          where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
      order by 1\
      """;

  @Test
  void whatTheRolesOfTheApiMayExecuteIsListed() throws IOException, SQLException {
    assertThat(open()).isEqualTo(listed());
  }

  private static List<String> open() throws SQLException {
    var login = TestServer.shared().project().admin().login();
    var found = new ArrayList<String>();
    try (var connection =
            DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(OPEN)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private static List<String> listed() throws IOException {
    try (var in =
        Objects.requireNonNull(OpenFunctionsTest.class.getResourceAsStream("open-functions.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.substring(0, line.indexOf(':')))
          .sorted()
          .toList();
    }
  }
}
