package io.stabbur.benchmark;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.organization.PersonalKeys;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What the policies cost: the same query as a member and as the tables' owner, by EXPLAIN ANALYZE,
/// over a million activities of 500 organisations. Both read as the data API does: personal data
/// opened with the caller's keys, rows made into JSON by Postgres.
final class PolicyBenchmark {
  private static final int TIMES = 200;
  private static final int ROUNDS = 10;

  /// Postgres decides after five executions whether to keep a plan.
  private static final int WARM_UP = 10;

  private static final String ORGANIZATION = "00000000-0000-4000-a000-000000000007";
  private static final String PERSON = "00000000-0000-4000-9000-000000000007";
  private static final String ACTIVITY = "00000000-0000-4000-8000-000000000007";
  private static final String COLUMNS =
      """
      as select coalesce(json_agg(t), '[]') from (
        select id, organization_id, user_id, type, title, occurred_at, duration_minutes,
          private.personal_to_json(summary) as summary, private.personal_to_json(location) as "location",
          status, updated_at
        from public.activities where\
      """;
  private static final Query PAGE =
      new Query(
          "a page of 50 own rows",
          "prepare asked (uuid, uuid) "
              + COLUMNS
              + "organization_id = $1 and user_id = $2 order by occurred_at desc limit 50) t",
          "execute asked ('%s', '%s')".formatted(ORGANIZATION, PERSON));
  private static final Query ROW =
      new Query(
          "a single row",
          "prepare asked (uuid) " + COLUMNS + "id = $1) t",
          "execute asked ('%s')".formatted(ACTIVITY));

  /// A statement prepared once and executed often, as the appliance sends it.
  private record Query(String what, String prepare, String execute) {}

  private PolicyBenchmark() {}

  /// Milliseconds of one run: making the plan, and carrying it out.
  private record Time(double planning, double execution) {
    double total() {
      return planning + execution;
    }
  }

  static void run() {
    try (var server = TestServer.measured(Map.of())) {
      var admin = server.project().admin();
      var keys = PersonalKeys.of(server.project()).forMember(UUID.fromString(ORGANIZATION));
      var filler =
          Actor.of("postgres")
              .with(PersonalKeys.SETTING, PersonalKeys.of(server.project()).forMaintenance());
      for (var step : SqlFile.of(PolicyBenchmark.class, "policies").split(";\n\n", -1)) {
        admin.transaction(filler, Access.WRITE, tx -> tx.update(Statement.of(step)));
      }
      System.out.printf(
          "%,d activities, %,d organisations; medians of %d × %d%n",
          count(admin, "activities"), count(admin, "organizations"), ROUNDS, TIMES);
      System.out.println("                        owner ms   policies ms   ratio");
      for (var query : List.of(PAGE, ROW)) {
        compare(admin, keys, query, "auto");
        compare(admin, keys, query, "force_custom_plan");
      }
    }
  }

  /// Prints planning and execution together. Rounds alternate, so that a change of the machine's
  /// mood meets both.
  private static void compare(Database admin, String keys, Query query, String plans) {
    var owner = new ArrayList<Time>();
    var member = new ArrayList<Time>();
    for (int round = 0; round < ROUNDS; round++) {
      owner.addAll(measure(admin, keys, "postgres", query, plans));
      member.addAll(measure(admin, keys, "authenticated", query, plans));
    }
    var what = plans.equals("auto") ? query.what() : "  planned each time";
    System.out.printf(
        "%-22s %9.3f %13.3f %7.2f%n",
        what, median(owner), median(member), median(member) / median(owner));
  }

  private static double median(List<Time> times) {
    var sorted = times.stream().mapToDouble(Time::total).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static List<Time> measure(
      Database admin, String keys, String role, Query query, String plans) {
    var claims =
        """
        {"sub": "%s", "role": "authenticated", "aal": "aal1", "user_role": "peer_mentor",
         "organization_id": "%s", "local_association_id": null, "session_id": "%s",
         "organizations": [{"id": "%s", "role": "peer_mentor", "local_association_id": null}]}\
        """
            .formatted(PERSON, ORGANIZATION, PERSON, ORGANIZATION);
    var actor =
        Actor.of(role)
            .with("request.jwt.claims", claims)
            .with("request.jwt.claim.sub", PERSON)
            .with("request.jwt.claim.user_role", "peer_mentor")
            .with("request.jwt.claim.organization_id", ORGANIZATION)
            .with(PersonalKeys.SETTING, keys)
            .with("plan_cache_mode", plans);
    return admin.transaction(
        actor,
        Access.READ,
        tx -> {
          var times = new ArrayList<Time>();
          tx.update(Statement.of(query.prepare()));
          for (int i = 0; i < WARM_UP + TIMES; i++) {
            times.add(explain(tx, query.execute()));
          }
          tx.update(Statement.of("deallocate asked"));
          return times.subList(WARM_UP, times.size());
        });
  }

  private static Time explain(Transaction tx, String execute) {
    var text =
        tx.first(
                Statement.of("explain (analyze, format json) " + execute),
                rows -> rows.getString(1))
            .orElseThrow();
    var plan = Json.parse(text).values().iterator().next();
    return new Time(number(plan, "Planning Time"), number(plan, "Execution Time"));
  }

  private static double number(JsonNode plan, String name) {
    var node = plan.get(name);
    if (node == null) {
      throw new IllegalStateException("no " + name);
    }
    return node.getDoubleValue();
  }

  private static long count(Database admin, String table) {
    return admin.transaction(
        Actor.of("postgres"),
        Access.READ,
        tx ->
            tx.first(Statement.of("select count(*) from public." + table), rows -> rows.getLong(1))
                .orElse(0L));
  }
}
