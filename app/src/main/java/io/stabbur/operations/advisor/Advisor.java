package io.stabbur.operations.advisor;

import io.stabbur.operations.advisor.Finding.Acceptance;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Looks at one database, in a transaction that only reads: each [Lint] but those about policies is
/// a query of the catalog, in the file of its name; policies are judged by [PolicyFindings].
public final class Advisor {
  private static final String SCOPE = SqlFile.of(Advisor.class, "scope");
  private static final String POLICIES = SCOPE + SqlFile.of(Advisor.class, "policies");
  private static final String TABLES = SCOPE + SqlFile.of(Advisor.class, "tables");
  private static final Statement COLUMNS = Statement.of(SqlFile.of(Advisor.class, "columns"));
  private static final Statement ACCEPTED = Statement.of(SqlFile.of(Advisor.class, "accepted"));
  private static final Statement FINGERPRINT =
      Statement.of(SqlFile.of(Advisor.class, "fingerprint"));
  private static final Statement ANONYMOUS_USERS =
      Statement.of("select exists (select from auth.users where is_anonymous)");
  private static final Statement PUBLIC_BUCKETS =
      Statement.of("select id from storage.buckets where public");
  private static final Statement SERVED =
      Statement.of(
          """
          select regexp_replace(unnest(s.setconfig), '^pgrst.db_schemas=', '')
          from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
          where r.rolname = 'authenticator' and array_to_string(s.setconfig, ' ') ~ 'pgrst.db_schemas='
            and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
          order by s.setdatabase desc\
          """);

  /// Judged by [PolicyFindings], without a query of their own.
  private static final Set<Lint> OF_POLICIES =
      EnumSet.of(
          Lint.AUTH_ALLOW_ANONYMOUS_SIGN_INS,
          Lint.AUTH_RLS_INITPLAN,
          Lint.MULTIPLE_PERMISSIVE_POLICIES,
          Lint.RLS_POLICY_ALWAYS_TRUE,
          Lint.RLS_POLICY_IGNORES_CALLER,
          Lint.RLS_POLICY_NULL_AUTH_DISJUNCT,
          Lint.RLS_POLICY_RECURSION,
          Lint.RLS_UPDATE_MOVES_ROWS);

  private static final Map<Lint, String> QUERIES = queries();
  private static final String NO_SUCH_TABLE = "42P01";
  private static final String NO_SUCH_SCHEMA = "3F000";

  /// For what is read besides the questions that [TimeLimit] ends.
  private static final String LAST_LIMIT = "10s";

  private final Transaction tx;
  private final TimeLimit limit = new TimeLimit();
  private final String[] schemas;
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> unjudged = new ArrayList<>();

  private Advisor(Transaction tx, List<String> schemas) {
    this.tx = tx;
    this.schemas = schemas.toArray(String[]::new);
  }

  private static Map<Lint, String> queries() {
    var queries = new EnumMap<Lint, String>(Lint.class);
    for (var lint : EnumSet.complementOf(EnumSet.copyOf(OF_POLICIES))) {
      queries.put(lint, SCOPE + SqlFile.of(Advisor.class, lint.id()));
    }
    return queries;
  }

  /// Looks at a database.
  ///
  /// @param schemas that the data API serves
  public static Report report(Database database, List<String> schemas) {
    var actor =
        Actor.of(database.login().user())
            .with("search_path", "pg_catalog")
            .with("statement_timeout", LAST_LIMIT)
            .with("lock_timeout", "2s")
            .withoutJit();
    return database.transaction(actor, Access.READ, tx -> new Advisor(tx, schemas).run());
  }

  /// The schemas that the database itself says are served, as hosted projects do.
  public static Optional<List<String>> servedSchemas(Database database) {
    var actor = Actor.of(database.login().user()).with("search_path", "pg_catalog").withoutJit();
    var text =
        database.transaction(
            actor, Access.READ, tx -> tx.first(SERVED, row -> String.valueOf(row.getString(1))));
    return text.map(value -> Arrays.stream(value.split(",")).map(String::strip).toList());
  }

  /// The policies of the project's tables, of files and of realtime's messages.
  ///
  /// @param tx with `pg_catalog` as its search path, so that expressions have qualified names
  public static List<Policy> policies(Transaction tx, List<String> schemas) {
    return tx.list(Statement.of(POLICIES, (Object) schemas.toArray(String[]::new)), Policy::of);
  }

  /// A query of what the advisor looks at: `relations`, `routines`, `schemas`, `callers`.
  public static Statement scoped(String query, List<String> schemas) {
    return Statement.of(SCOPE + query, (Object) schemas.toArray(String[]::new));
  }

  /// Why findings, by key, are accepted.
  public static Map<String, Acceptance> acceptances(Transaction tx) {
    return switch (tx.trial(trial -> trial.list(ACCEPTED, Advisor::acceptance))) {
      case Outcome.Answered<List<Map.Entry<String, Acceptance>>>(var rows) ->
          rows.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      case Outcome.Failed<List<Map.Entry<String, Acceptance>>> _ -> Map.of();
    };
  }

  private static Map.Entry<String, Acceptance> acceptance(ResultSet row) throws SQLException {
    return Map.entry(
        String.valueOf(row.getString(1)),
        new Acceptance(String.valueOf(row.getString(2)), Optional.ofNullable(row.getString(3))));
  }

  /// A text that changes with the catalog.
  static String fingerprint(Database database) {
    var actor = Actor.of(database.login().user()).with("search_path", "pg_catalog").withoutJit();
    return database
        .<Optional<String>>transaction(
            actor,
            Access.READ,
            tx -> tx.first(FINGERPRINT, row -> String.valueOf(row.getString(1))))
        .orElse("");
  }

  /// A report with the findings that are accepted now.
  static Report accepted(Database database, Report report) {
    var actor = Actor.of(database.login().user()).with("search_path", "pg_catalog").withoutJit();
    var acceptances = database.transaction(actor, Access.READ, Advisor::acceptances);
    return report.accepting(acceptances);
  }

  private Report run() {
    QUERIES.forEach(this::look);
    var policies = policies(tx, List.of(schemas));
    var columns = PolicyFindings.byTable(tx.list(COLUMNS, Column::of));
    var trial = new PolicyTrial(tx, policies, columns, limit);
    var judged =
        new PolicyFindings(
            policies,
            trial,
            columns,
            askedFor(ANONYMOUS_USERS, row -> row.getBoolean(1)).contains(true),
            Set.copyOf(askedFor(PUBLIC_BUCKETS, row -> String.valueOf(row.getString(1)))));
    findings.addAll(judged.all());
    var tables =
        tx.list(Statement.of(TABLES, (Object) schemas), row -> table(row, policies, judged));
    unjudged.addAll(trial.unjudged());
    return new Report(List.of(schemas), tables, sorted(findings), unjudged)
        .accepting(acceptances(tx));
  }

  /// A query that fails or takes too long says so and takes nothing from the others.
  private void look(Lint lint, String sql) {
    if (limit.isUp()) {
      unjudged.add(lint.id() + ": no time was left for it");
      return;
    }
    var outcome =
        tx.trial(
            trial -> {
              limit.apply(trial);
              return trial.list(Statement.of(sql, (Object) schemas), row -> finding(lint, row));
            });
    switch (outcome) {
      case Outcome.Answered<List<Finding>>(var found) -> findings.addAll(found);
      case Outcome.Failed<List<Finding>>(var failure) -> {
        if (!isAbsent(failure)) {
          unjudged.add(lint.id() + ": " + reason(failure));
        }
      }
    }
  }

  /// The rows of a table that not every database has.
  private <T> List<T> askedFor(Statement statement, RowReader<T> row) {
    return switch (tx.trial(trial -> trial.list(statement, row))) {
      case Outcome.Answered<List<T>>(var rows) -> rows;
      case Outcome.Failed<List<T>> _ -> List.of();
    };
  }

  private static String reason(ApiException failure) {
    return failure.error() instanceof Failure.Database error
        ? error.message()
        : failure.error().getClass().getSimpleName();
  }

  private static boolean isAbsent(ApiException failure) {
    return failure.error() instanceof Failure.Database error
        && (error.sqlState().equals(NO_SUCH_TABLE) || error.sqlState().equals(NO_SUCH_SCHEMA));
  }

  private static Finding finding(Lint lint, ResultSet row) throws SQLException {
    var level = row.getMetaData().getColumnCount() > 6 ? row.getString("level") : null;
    return new Finding(
        lint,
        level == null ? lint.level() : Level.valueOf(level),
        String.valueOf(row.getString("schema_name")),
        String.valueOf(row.getString("name")),
        String.valueOf(row.getString("kind")),
        String.valueOf(row.getString("detail")),
        String.valueOf(row.getString("cache_key")),
        String.valueOf(row.getString("mend")),
        Optional.empty());
  }

  private static List<Finding> sorted(List<Finding> findings) {
    return findings.stream()
        .sorted(
            Comparator.comparing(Finding::level)
                .thenComparing(Finding::lint)
                .thenComparing(Finding::key))
        .toList();
  }

  private static Report.Table table(ResultSet row, List<Policy> policies, PolicyFindings judged)
      throws SQLException {
    var name =
        new Policy.Table(
            String.valueOf(row.getString("schema_name")), String.valueOf(row.getString("name")));
    var words =
        policies.stream()
            .filter(policy -> policy.isOf(name))
            .map(
                policy -> new Report.Words(policy.name(), Wording.of(policy, judged.reach(policy))))
            .toList();
    return new Report.Table(
        name.schema(),
        name.name(),
        String.valueOf(row.getString("kind")),
        row.getBoolean("has_rls"),
        texts(row.getArray("readers")),
        texts(row.getArray("writers")),
        words);
  }

  private static List<String> texts(@Nullable Array array) throws SQLException {
    return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
  }
}
