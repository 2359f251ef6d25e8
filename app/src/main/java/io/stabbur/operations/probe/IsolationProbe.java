package io.stabbur.operations.probe;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.advisor.Advisor;
import io.stabbur.operations.advisor.Finding.Acceptance;
import io.stabbur.operations.advisor.Policy;
import io.stabbur.operations.probe.Matrix.Reach;
import io.stabbur.operations.probe.Matrix.Row;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes two organizations with members and rows, has the members of one try to reach what is the
/// other's, and takes everything back: all of it is one transaction that never commits.
public final class IsolationProbe {
  private static final String RELATIONS = SqlFile.of(IsolationProbe.class, "relations");
  private static final String COLUMNS = SqlFile.of(IsolationProbe.class, "columns");
  private static final Statement ACCOUNTS =
      Statement.of("select coalesce(to_regclass('auth.users')::oid::bigint, 0)");
  private static final Statement MESSAGES =
      Statement.of(
          "select c.relrowsecurity from pg_catalog.pg_class c where c.oid ="
              + " to_regclass('realtime.messages')");
  private static final Statement BUCKETS =
      Statement.of("select b.id from storage.buckets b order by 1");

  private final Transaction tx;
  private final Parties parties;
  private final List<Relation> relations;
  private final Planting planting;
  private final Traces traces;
  private final Reasons reasons;
  private final List<Policy> policies;
  private final Map<String, Acceptance> acceptances;
  private final List<Row> rows = new ArrayList<>();
  private final Set<String> unprobed = new LinkedHashSet<>();
  private final List<String> buckets;
  private final List<RoutineProbe.Routine> routines;
  private final Progress progress;
  private int things;

  /// Is told how far a probe is.
  public interface Progress {
    /// Called after each thing.
    ///
    /// @param done how many things were tried
    /// @param things how many there are
    void at(int done, int things);
  }

  private IsolationProbe(
      Transaction tx, List<String> schemas, Parties parties, String login, Progress progress) {
    this.tx = tx;
    this.progress = progress;
    this.parties = parties;
    this.relations = relations(tx, schemas);
    this.policies = qualifiedPolicies(tx, schemas);
    this.acceptances = Advisor.acceptances(tx);
    this.planting =
        new Planting(
            tx,
            relations,
            parties.organizationTable(),
            tx.first(ACCOUNTS, row -> row.getLong(1)).orElse(0L));
    this.traces = new Traces(tx, parties.other(), planting, login);
    this.reasons = new Reasons(tx, policies);
    this.buckets = buckets(tx);
    this.routines = RoutineProbe.routines(tx, schemas);
  }

  /// Probes a database.
  ///
  /// @param schemas that the data API serves
  /// @param claims of callers, the last of which is the other organization's; none where the schema
  ///   says how organizations are made
  /// @throws StartFailure where there are no two organizations to try with
  public static Matrix run(Database database, List<String> schemas, List<JsonNode> claims) {
    return run(database, schemas, claims, (_, _) -> {});
  }

  /// The same, and says how far it is.
  public static Matrix run(
      Database database, List<String> schemas, List<JsonNode> claims, Progress progress) {
    var login = database.login().user();
    var actor =
        Actor.of(login)
            .with("search_path", "public, extensions")
            .with("statement_timeout", "60s")
            .with("lock_timeout", "5s");
    try {
      return database.transaction(
          actor,
          Access.WRITE,
          tx ->
              switch (tx.trial(trial -> probe(trial, schemas, claims, login, progress))) {
                case Outcome.Answered<Matrix>(var matrix) -> matrix;
                case Outcome.Failed<Matrix>(var failure) -> throw failure;
              });
    } catch (Parties.NoParties e) {
      throw new StartFailure(String.valueOf(e.getMessage()));
    }
  }

  private static Matrix probe(
      Transaction tx,
      List<String> schemas,
      List<JsonNode> claims,
      String login,
      Progress progress) {
    var parties = claims.isEmpty() ? Parties.ofContract(tx, schemas) : Parties.of(claims);
    return new IsolationProbe(tx, schemas, parties, login, progress).matrix();
  }

  private static List<Relation> relations(Transaction tx, List<String> schemas) {
    var bare = tx.list(Advisor.scoped(RELATIONS, schemas), Relation::of);
    var ids = bare.stream().map(each -> Long.toString(each.oid())).toArray(String[]::new);
    var columns = tx.list(Statement.of(COLUMNS, (Object) ids), Relation.Column::of);
    return bare.stream().map(each -> each.with(columns)).toList();
  }

  /// Expressions with qualified names, which mean the same whatever the search path.
  private static List<Policy> qualifiedPolicies(Transaction tx, List<String> schemas) {
    return switch (tx.trial(
        trial -> {
          trial.query(
              Statement.of("select set_config('search_path', 'pg_catalog', true)"), _ -> true);
          return Advisor.policies(trial, schemas);
        })) {
      case Outcome.Answered<List<Policy>>(var found) -> found;
      case Outcome.Failed<List<Policy>>(var failure) -> throw failure;
    };
  }

  private Matrix matrix() {
    requireActors();
    planting.plant(parties.other());
    parties.callers().stream()
        .filter(caller -> !caller.organization().isEmpty())
        .forEach(planting::plant);
    relations.stream().filter(each -> each.kind().equals("m")).forEach(this::refresh);
    var seen = new HashMap<String, Set<Relation>>();
    var served =
        relations.stream()
            .filter(each -> each.isExposed() && !each.schema().equals("storage"))
            .toList();
    things = served.size() + routines.size() + buckets.size() + 1;
    served.forEach(relation -> relation(relation, seen));
    triggers(seen);
    routines();
    buckets();
    topics();
    return new Matrix(
        parties.callers().stream().map(Member::name).toList(), rows, List.copyOf(unprobed));
  }

  /// A login that may not act as the callers would find every door closed.
  private void requireActors() {
    var all = new ArrayList<>(parties.callers());
    all.add(parties.other());
    for (var caller : all) {
      if (tx.trial(trial -> trial.query(caller.become(), _ -> true)) instanceof Outcome.Failed<?>) {
        throw new Parties.NoParties(
            "The login may not act as %s (role %s); grant it that role, or choose another login."
                .formatted(caller.name(), caller.role()));
      }
    }
  }

  private void refresh(Relation view) {
    var refresh = new SqlText().add("refresh materialized view ").append(view.sql()).statement();
    if (tx.step(step -> step.update(refresh)) instanceof Outcome.Failed<Integer>(var failure)) {
      unprobed.add("%s could not be refreshed: %s".formatted(view, Parties.reason(failure)));
    }
  }

  private void relation(Relation relation, Map<String, Set<Relation>> seen) {
    var theirs = planting.row(parties.other(), relation);
    if (relation.isTable() && theirs.isEmpty()) {
      planting
          .refusal(relation)
          .ifPresent(why -> unprobed.add("%s got no row to try with: %s".formatted(relation, why)));
    }
    var reaches = new LinkedHashMap<String, Reach>();
    for (var caller : parties.callers()) {
      var probe =
          new RelationProbe(
              relation,
              Optional.empty(),
              theirs,
              planting.row(caller, relation),
              caller,
              parties.other(),
              traces,
              reasons);
      var reach = probe.run();
      unprobed.addAll(probe.problems());
      reaches.put(caller.name(), reach);
      if (reach.deeds().contains(Deed.SEES)) {
        seen.computeIfAbsent(caller.person(), _ -> new LinkedHashSet<>()).add(relation);
      }
    }
    add(relation.word(), relation.toString(), reaches);
  }

  private void add(String kind, String name, Map<String, Reach> reaches) {
    var row = new Row(kind, name, reaches, Optional.empty());
    rows.add(new Row(kind, name, reaches, Optional.ofNullable(acceptances.get(row.key()))));
    progress.at(Math.min(rows.size(), things), things);
  }

  private void triggers(Map<String, Set<Relation>> seen) {
    for (var relation : relations) {
      if (relation.isExposed() && !relation.triggers().isEmpty() && relation.isTable()) {
        var reaches = new LinkedHashMap<String, Reach>();
        for (var caller : parties.callers()) {
          planting
              .row(caller, relation)
              .ifPresent(
                  own ->
                      reaches.put(
                          caller.name(),
                          new TriggerProbe(
                                  tx,
                                  relations,
                                  traces,
                                  seen.getOrDefault(caller.person(), Set.of()))
                              .run(relation, own, caller)));
        }
        if (!reaches.isEmpty()) {
          add("triggers", relation.toString(), reaches);
        }
      }
    }
  }

  private void routines() {
    var probe = new RoutineProbe(tx, parties.other(), traces);
    for (var routine : routines) {
      add("function", routine.toString(), byCaller(caller -> probe.run(routine, caller)));
    }
    unprobed.addAll(probe.problems());
  }

  private static List<String> buckets(Transaction tx) {
    return switch (tx.trial(
        trial -> trial.list(BUCKETS, row -> String.valueOf(row.getString(1))))) {
      case Outcome.Answered<List<String>>(var found) -> found;
      case Outcome.Failed<List<String>> _ -> List.of();
    };
  }

  private void buckets() {
    relations.stream()
        .filter(each -> each.schema().equals("storage"))
        .findFirst()
        .ifPresent(objects -> buckets.forEach(bucket -> bucket(objects, bucket)));
  }

  private void bucket(Relation objects, String bucket) {
    var files = planting.plantFiles(parties.other(), objects, bucket);
    if (files.isEmpty()) {
      unprobed.add("bucket %s got no file to try with".formatted(bucket));
      return;
    }
    var reaches =
        byCaller(
            caller -> {
              // the names differ in whose folder they are in; one that leaks is enough
              for (var file : files) {
                var reach =
                    new RelationProbe(
                            objects,
                            Optional.of(bucket),
                            Optional.of(file),
                            Optional.empty(),
                            caller,
                            parties.other(),
                            traces,
                            reasons)
                        .run();
                if (!reach.deeds().isEmpty() || file.equals(files.getLast())) {
                  return reach;
                }
              }
              return new Reach(List.of(), "no file");
            });
    add("bucket", bucket, reaches);
  }

  private void topics() {
    var hasRls = tx.first(MESSAGES, row -> row.getBoolean(1));
    if (hasRls.isPresent()) {
      var probe = new TopicProbe(parties.other(), reasons, policies, hasRls.get());
      add("topics", "of the other", byCaller(probe::run));
    }
  }

  private Map<String, Reach> byCaller(java.util.function.Function<Member, Reach> probe) {
    return parties.callers().stream()
        .collect(Collectors.toMap(Member::name, probe, (first, _) -> first, LinkedHashMap::new));
  }
}
