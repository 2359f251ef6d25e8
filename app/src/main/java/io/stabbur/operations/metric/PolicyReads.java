package io.stabbur.operations.metric;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a sample of a table's pages with and without its policies, the same pages both times, and
/// compares how long Postgres says that took. No row and no count leaves the database: it is asked
/// to explain the read, and its times alone are kept.
///
/// With policies it reads as the person who signed in last, so that what a policy looks up is
/// there; without them as the service role.
final class PolicyReads {
  private static final String TABLES = SqlFile.of(PolicyReads.class, "policy_tables");
  private static final Statement CALLER =
      Statement.of(SqlFile.of(PolicyReads.class, "policy_caller"));

  /// Half a megabyte of each table.
  private static final int PAGES = 64;

  /// The ratio of fewer rows says little.
  private static final double FEWEST_ROWS = 100;

  /// The best of so many reads counts: others may have been disturbed.
  private static final int ROUNDS = 3;

  private static final Map<String, String> BOUNDS =
      Map.of(
          "statement_timeout", "2s",
          "lock_timeout", "200ms",
          "jit", "off",
          "max_parallel_workers_per_gather", "0");

  private final Database database;
  private final long end;

  /// @param longest how long all of it may take
  PolicyReads(Database database, Duration longest) {
    this.database = database;
    this.end = System.nanoTime() + longest.toNanos();
  }

  /// @param percent of its pages that are read
  private record Table(String schema, String name, String percent) {}

  /// What the database said of one read.
  private record Cost(double milliseconds, double rows) {}

  /// One sample for each table that has enough rows, of the largest `most` tables of the schemas.
  List<Sample> samples(List<String> schemas, int most) {
    var owner = Actor.of(database.login().user()).with(BOUNDS);
    var tables =
        database.transaction(
            owner,
            Access.READ,
            tx ->
                tx.list(
                    Statement.of(TABLES, PAGES, schemas.toArray(String[]::new), most),
                    row -> new Table(row.getString(1), row.getString(2), row.getString(3))));
    var claims =
        database
            .transaction(owner, Access.READ, tx -> tx.first(CALLER, row -> row.getString(1)))
            .orElse("{\"role\": \"authenticated\"}");
    var caller = Actor.of("authenticated").with(BOUNDS).with("request.jwt.claims", claims);
    var service =
        Actor.of("service_role")
            .with(BOUNDS)
            .with("request.jwt.claims", "{\"role\": \"service_role\"}");
    var samples = new ArrayList<Sample>();
    for (var table : tables) {
      ratio(table, caller, service).ifPresent(ratio -> samples.add(sample(table, ratio)));
    }
    return List.copyOf(samples);
  }

  private static Sample sample(Table table, double ratio) {
    var labels = new LinkedHashMap<String, String>();
    labels.put("schemaname", table.schema());
    labels.put("relname", table.name());
    return new Sample("stabbur_policy_cost_ratio", labels, ratio);
  }

  /// None where there is too little to read, where a read fails or where the time is over.
  private Optional<Double> ratio(Table table, Actor caller, Actor service) {
    double with = Double.MAX_VALUE;
    double without = Double.MAX_VALUE;
    try {
      for (int round = 0; round < ROUNDS; round++) {
        if (System.nanoTime() > end) {
          return Optional.empty();
        }
        var bare = read(table, service);
        if (bare.rows() < FEWEST_ROWS) {
          return Optional.empty();
        }
        without = Math.min(without, bare.milliseconds());
        with = Math.min(with, read(table, caller).milliseconds());
      }
    } catch (ApiException e) {
      if (e.error() instanceof Failure.Unavailable) {
        throw e;
      }
      return Optional.empty();
    }
    return without > 0 ? Optional.of(with / without) : Optional.empty();
  }

  private Cost read(Table table, Actor as) {
    var sql =
        new SqlText()
            .add("explain (analyze, timing off, costs off, format json) select count(*) from ")
            .name(table.schema())
            .add(".")
            .name(table.name())
            .add(" tablesample system (")
            .value(table.percent())
            .add("::real) repeatable (1)");
    var plan =
        database.exchange(
            as,
            Access.READ,
            sql.statement(),
            rows -> rows.next() ? String.valueOf(rows.getString(1)) : "[]");
    var top = Json.parse(plan).get(0);
    return new Cost(number(top, "Execution Time"), rows(top));
  }

  /// The rows of the scan below the count.
  private static double rows(@Nullable JsonNode top) {
    var plan = top == null ? null : top.get("Plan");
    var scans = plan == null ? null : plan.get("Plans");
    return scans == null ? 0 : number(scans.get(0), "Actual Rows");
  }

  private static double number(@Nullable JsonNode of, String name) {
    var node = of == null ? null : of.get(name);
    return node == null || !node.isNumber() ? 0 : node.getDoubleValue();
  }
}
