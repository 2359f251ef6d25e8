package io.stabbur.organization.management;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.organization.OrganizationSchema;
import io.stabbur.organization.OrganizationSchemas;
import io.stabbur.organization.management.Seals.Origin;
import io.stabbur.organization.management.Seals.Seal;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The audit log's hash chains: whether they hold, seals over their ends, and old months.
///
/// Who can change the tables as superuser can also compute a new chain. The seals are made with a
/// key that the database never sees, so a chain rewritten as a whole does not match them. Each seal
/// signs its number and the one before it, so none can be taken out; where a chain begins after
/// months were dropped is signed too; and the newest seals are also kept outside the database.
@Singleton
final class AuditChains {
  private static final Logger LOG = LoggerFactory.getLogger(AuditChains.class);
  private static final String PROBLEMS = SqlFile.of(AuditChains.class, "audit-problems");

  /// Of several replicas one seals at a time.
  private static final Statement TURN =
      Statement.of("select pg_advisory_xact_lock(hashtextextended('stabbur.audit-seals', 0))");

  private final OrganizationSchemas schemas;

  AuditChains(OrganizationSchemas schemas) {
    this.schemas = schemas;
  }

  /// The owner, who finds the tables of the log where the schema keeps them.
  private static Actor owner(OrganizationSchema schema) {
    return Actor.of("postgres").with("search_path", schema.searchPath());
  }

  /// Where a chain does not hold.
  record Problem(UUID chain, long sequence, String problem) {
    JsonNode json() {
      var node = new LinkedHashMap<String, JsonNode>();
      node.put("chain", JsonNode.createStringNode(chain.toString()));
      node.put("sequence", JsonNode.createNumberNode(sequence));
      node.put("problem", JsonNode.createStringNode(problem));
      return JsonNode.createObjectNode(node);
    }
  }

  /// Every problem of every chain, up to a hundred; empty means the log is whole.
  List<Problem> problems(Project project) {
    var schema = schemas.of(project).schema();
    return schema.isEmpty()
        ? List.of()
        : project
            .admin()
            .transaction(owner(schema.get()), Access.READ, tx -> problems(project, tx));
  }

  /// Signs the end of every chain that has grown, except where seals are missing: their loss must
  /// not be covered by new ones.
  void seal(Project project) {
    var schema = schemas.require(project);
    var kept =
        project
            .admin()
            .transaction(
                owner(schema),
                Access.WRITE,
                tx -> {
                  tx.update(TURN);
                  var origins = signed(project, tx.list(Seals.ORIGINS, Seals::origin));
                  var broken = missed(project, tx, origins).stream().map(Problem::chain).toList();
                  if (!broken.isEmpty()) {
                    LOG.error("audit seals are missing, see `stabbur doctor`: {}", broken);
                  }
                  tx.list(Seals.UNSEALED, Seals::unsealed).stream()
                      .filter(end -> !broken.contains(end.chain()))
                      .forEach(end -> tx.update(Seals.insert(project, end)));
                  var newest = Seals.newest(tx);
                  newest.keySet().removeAll(broken);
                  return newest;
                });
    SealFile.keep(project, kept);
  }

  /// Makes partitions for the months to come and drops those that are too old. Nothing is dropped
  /// from a log that does not hold.
  int keepMonths(Project project, int months) {
    var schema = schemas.require(project);
    return project
        .admin()
        .transaction(
            owner(schema),
            Access.WRITE,
            tx -> {
              tx.update(TURN);
              tx.update(Statement.of("select ensure_audit_partitions(3)"));
              return months == 0 ? 0 : drop(project, tx, months);
            });
  }

  private static int drop(Project project, Transaction tx, int months) {
    var old = Statement.of("select * from old_audit_months(?)", months);
    if (tx.first(old, row -> row.getString(1)).isEmpty()) {
      return 0;
    }
    if (!problems(project, tx).isEmpty()) {
      LOG.error("the audit log does not hold, see `stabbur doctor`; no month of it is dropped");
      return 0;
    }
    var drop = Statement.of("select drop_audit_months(?)", months);
    int dropped = tx.first(drop, row -> row.getInt(1)).orElse(0);
    for (var origin : tx.list(Seals.ORIGINS, Seals::origin)) {
      tx.update(
          Statement.of(
              "update audit_origins set signature = decode(?, 'hex') where chain = ?",
              Seals.signature(project, origin),
              origin.chain()));
    }
    return dropped;
  }

  private static List<Problem> problems(Project project, Transaction tx) {
    var problems = new ArrayList<>(tx.list(Statement.of(PROBLEMS), AuditChains::problem));
    var all = tx.list(Seals.ORIGINS, Seals::origin);
    var origins = signed(project, all);
    all.stream()
        .filter(origin -> !origins.containsValue(origin))
        .map(AuditChains::unsigned)
        .forEach(problems::add);
    problems.addAll(brokenSeals(project, tx.list(Seals.ALL, Seals::seal), origins));
    problems.addAll(missed(project, tx, origins));
    return problems;
  }

  private static List<Problem> brokenSeals(
      Project project, List<Seal> seals, Map<UUID, Origin> origins) {
    var problems = new ArrayList<Problem>();
    var before = new LinkedHashMap<UUID, Seal>();
    for (var seal : seals) {
      var origin = origins.get(seal.chain());
      var last = before.put(seal.chain(), seal);
      long number = last != null ? last.number() : origin == null ? 0 : origin.number();
      var previous = last != null ? last.seal() : origin == null ? "" : origin.seal();
      if (seal.number() != number + 1) {
        problems.add(problem(seal, "seals between number " + number + " and this are missing"));
      } else if (!Crypto.same(seal.seal(), Seals.signature(project, seal, previous))) {
        problems.add(problem(seal, "the seal over this entry is broken"));
      } else if (!seal.hash().equals(seal.found()) && !isCut(seal, origin)) {
        problems.add(problem(seal, "this entry is not the one that was sealed: the seal differs"));
      }
    }
    return problems;
  }

  /// Whether the sealed entry is the last of those that were dropped.
  private static boolean isCut(Seal seal, @Nullable Origin origin) {
    return origin != null
        && origin.sequence() == seal.sequence()
        && origin.hash().equals(seal.hash());
  }

  private static Map<UUID, Origin> signed(Project project, List<Origin> all) {
    return all.stream()
        .filter(origin -> Crypto.same(origin.signature(), Seals.signature(project, origin)))
        .collect(toMap(Origin::chain, identity()));
  }

  /// Seals that were kept outside the database and are not in it.
  private static List<Problem> missed(Project project, Transaction tx, Map<UUID, Origin> origins) {
    var problems = new ArrayList<Problem>();
    SealFile.read(project)
        .forEach(
            (chain, kept) -> {
              var origin = origins.get(chain);
              boolean dropped = origin != null && kept.number() <= origin.number();
              if (!dropped && !Seals.isThere(tx, chain, kept)) {
                problems.add(
                    new Problem(
                        chain, 0, "seal number %d is missing or changed".formatted(kept.number())));
              }
            });
    return problems;
  }

  private static Problem unsigned(Origin origin) {
    return new Problem(
        origin.chain(),
        origin.sequence(),
        "the entries up to this one are gone, and the appliance did not sign that");
  }

  private static Problem problem(Seal seal, String text) {
    return new Problem(seal.chain(), seal.sequence(), text);
  }

  private static Problem problem(ResultSet row) throws SQLException {
    return new Problem(
        row.getObject("chain", UUID.class),
        row.getLong("sequence"),
        String.valueOf(row.getString("problem")));
  }
}
