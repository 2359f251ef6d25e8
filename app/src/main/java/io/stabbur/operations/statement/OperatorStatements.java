package io.stabbur.operations.statement;

import io.stabbur.control.operator.OperatorDesk;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.AdHocStatement;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Statements that operators write, and the tables that they look through: as a role of the API or
/// as a person, whose policies decide, or as the owner of the tables. Each is written down with its
/// text before it runs; of a row that is read or changed in a form, no value is.
@Singleton
public final class OperatorStatements {
  private static final String RELATIONS = SqlFile.of(OperatorStatements.class, "relations");
  private static final String ORDER = SqlFile.of(OperatorStatements.class, "order");
  private static final String COLUMNS = SqlFile.of(OperatorStatements.class, "columns");
  private static final AdHocStatement.Limits LIMITS =
      new AdHocStatement.Limits(Duration.ofSeconds(15), 200, 2_000);
  private static final AdHocStatement.Limits FILE =
      new AdHocStatement.Limits(Duration.ofSeconds(15), 10_000, 100_000);
  private static final AdHocStatement.Limits PLAN =
      new AdHocStatement.Limits(Duration.ofSeconds(15), 1, 1_000_000);
  private static final AdHocStatement.Limits ROW =
      new AdHocStatement.Limits(Duration.ofSeconds(15), 1, RowForm.LONGEST);
  private static final int PAGE = 50;

  /// Twice what the page lets somebody type: an end of line is sent as two characters.
  private static final int LONGEST = 40_000;

  private static final String EXPLAIN = "explain (analyze, format json) ";
  private static final List<String> PLACE = List.of("tableoid", "ctid");
  private static final int UNPROCESSABLE = 422;
  private static final int DONE = 200;

  private final ViewerCallers callers;
  private final OperatorDesk desk;

  OperatorStatements(ViewerCallers callers, OperatorDesk desk) {
    this.callers = callers;
    this.desk = desk;
  }

  /// As whom a statement runs.
  public sealed interface Viewer {}

  /// As a role of the database.
  public record AsRole(Role role) implements Viewer {}

  /// As a person who signed in: an address of mail or an id.
  public record AsPerson(String person) implements Viewer {}

  /// Roles that statements run as.
  public enum Role {
    OWNER,
    SERVICE_ROLE,
    AUTHENTICATED,
    ANON;

    /// As Postgres calls it; the owner is whoever the project logs in as.
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// How a statement ended.
  public sealed interface Outcome {}

  public record Done(AdHocStatement.Table table, long milliseconds) implements Outcome {}

  /// Postgres refused it.
  ///
  /// @param message what it says
  public record Refused(String sqlState, String message, String hint) implements Outcome {}

  public record NoSuchPerson() implements Outcome {}

  public record NotOne() implements Outcome {}

  /// It is longer than what is written down of a statement, so that it was not run.
  ///
  /// @param most characters
  public record TooLong(int most) implements Outcome {}

  /// A viewer who was found.
  ///
  /// @param name as the journal has it, in which a person is an id: it outlives the account
  private record Found(String name, Actor actor) {}

  /// A table or view.
  ///
  /// @param rows about how many; -1 where nobody has counted yet
  public record Relation(String schema, String name, String kind, long rows, long bytes) {
    /// As an address names it.
    public String path() {
      return encoded(schema) + '/' + encoded(name);
    }

    private static String encoded(String name) {
      return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
  }

  /// Runs a statement.
  public Outcome run(Project project, SignedIn operator, Viewer viewer, Access access, String sql) {
    return run(project, operator, viewer, access, sql, sql, LIMITS);
  }

  /// The same with many rows, for a file.
  public Outcome export(
      Project project, SignedIn operator, Viewer viewer, Access access, String sql) {
    return run(project, operator, viewer, access, sql, sql, FILE);
  }

  /// Runs a statement that reads, and returns as JSON how Postgres went about it.
  public Outcome plan(Project project, SignedIn operator, Viewer viewer, String sql) {
    return run(project, operator, viewer, Access.READ, EXPLAIN + sql, EXPLAIN + sql, PLAN);
  }

  /// The columns of a table's primary key; none where it has none.
  public List<String> key(Project project, String schema, String table) {
    return order(project, schema, table).stream().filter(name -> !PLACE.contains(name)).toList();
  }

  /// One row by its key, after a column that says which version of it this is. The journal is told
  /// of which table.
  public Outcome row(Project project, SignedIn operator, Viewer viewer, RowForm.Place place) {
    var text = new SqlText().add("select xmin::text, * from ");
    text.name(place.schema()).add(".").name(place.table()).add(" where ").append(place.condition());
    var noted = "a row of " + place.relation();
    return run(project, operator, viewer, Access.READ, text.statement().sql(), noted, ROW);
  }

  /// Changes a row, where it is still of the version that was read and policies let the viewer. The
  /// journal is told of which table, and which columns.
  public Outcome change(Project project, SignedIn operator, Viewer viewer, RowForm form) {
    var noted =
        "a row of " + form.place().relation() + ": " + String.join(", ", form.values().keySet());
    return run(
        project, operator, viewer, Access.WRITE, form.update().statement().sql(), noted, ROW);
  }

  /// Some rows of a table, those that a filter lets through.
  ///
  /// @param page from 0 on
  public Outcome rows(
      Project project,
      SignedIn operator,
      Viewer viewer,
      String schema,
      String table,
      RowFilter filter,
      int page) {
    var text = new SqlText().add("select * from ").name(schema).add(".").name(table);
    text.append(filter.condition());
    var columns = order(project, schema, table);
    for (int i = 0; i < columns.size(); i++) {
      if (i == 0) {
        text.add(" order by ");
      } else {
        text.add(", ");
      }
      text.name(columns.get(i));
    }
    var sql =
        text.add(" limit ")
            .printed(Integer.toString(PAGE + 1))
            .add(" offset ")
            .printed(Long.toString((long) page * PAGE))
            .statement()
            .sql();
    var limits = new AdHocStatement.Limits(LIMITS.time(), PAGE, 300);
    return run(project, operator, viewer, Access.READ, sql, sql, limits);
  }

  /// The columns of a table, in their order.
  public List<String> columns(Project project, String schema, String table) {
    return names(project, Statement.of(COLUMNS, schema, table));
  }

  /// The columns that keep rows in one order from page to page; none for a view.
  private static List<String> order(Project project, String schema, String table) {
    return names(project, Statement.of(ORDER, schema, table, schema, table));
  }

  private static List<String> names(Project project, Statement statement) {
    return project
        .admin()
        .transaction(
            Actor.of(project.admin().login().user()),
            Access.READ,
            tx -> tx.list(statement, row -> String.valueOf(row.getString(1))));
  }

  /// @param noted what the journal is told
  private Outcome run(
      Project project,
      SignedIn operator,
      Viewer viewer,
      Access access,
      String sql,
      String noted,
      AdHocStatement.Limits limits) {
    if (sql.length() > LONGEST) {
      return new TooLong(LONGEST);
    }
    var found = find(project, viewer);
    var as = found.map(Found::name).orElse("a person who was not found");
    long entry = desk.note(operator, described(project, as, access) + '\n' + noted);
    Outcome outcome = new NoSuchPerson();
    try {
      if (found.isPresent()) {
        outcome = attempt(project, found.get().actor(), access, sql, limits);
      }
    } finally {
      desk.noteEnd(entry, outcome instanceof Done ? DONE : UNPROCESSABLE);
    }
    return outcome;
  }

  /// Such as `SQL (read) in default as anon`.
  private static String described(Project project, String as, Access access) {
    var kind = access == Access.WRITE ? "write" : "read";
    return "SQL (%s) in %s as %s".formatted(kind, project.name(), as);
  }

  private Optional<Found> find(Project project, Viewer viewer) {
    if (viewer instanceof AsRole(var role) && role == Role.OWNER) {
      return Optional.of(new Found(role.word(), Actor.of(project.admin().login().user())));
    }
    return callers
        .find(project, viewer)
        .map(found -> new Found(found.name(), found.caller().actor()));
  }

  private Outcome attempt(
      Project project, Actor actor, Access access, String sql, AdHocStatement.Limits limits) {
    var login = project.admin().login();
    long began = System.nanoTime();
    try {
      var path = actor.with("search_path", "public, extensions");
      var table = AdHocStatement.run(login, path, access, sql, limits);
      return new Done(table, (System.nanoTime() - began) / 1_000_000);
    } catch (AdHocStatement.SeveralStatements _) {
      return new NotOne();
    } catch (ApiException e) {
      return switch (e.error()) {
        case Failure.Database refused ->
            new Refused(
                refused.sqlState(),
                refused.message(),
                refused.hint() == null ? "" : refused.hint());
        case io.stabbur.platform.error.Refused refused ->
            new Refused(refused.code(), refused.message(), "");
        default -> throw e;
      };
    }
  }

  /// What roles of the API may look through: no secrets, and nothing that the server keeps for
  /// itself.
  public List<Relation> relations(Project project) {
    var actor = Actor.of(project.admin().login().user()).with("statement_timeout", "10s");
    return project
        .admin()
        .transaction(
            actor,
            Access.READ,
            tx ->
                tx.list(
                    Statement.of(RELATIONS),
                    row ->
                        new Relation(
                            String.valueOf(row.getString(1)),
                            String.valueOf(row.getString(2)),
                            String.valueOf(row.getString(3)),
                            row.getLong(4),
                            row.getLong(5))));
  }
}
