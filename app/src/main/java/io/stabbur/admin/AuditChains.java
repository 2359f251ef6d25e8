package io.stabbur.admin;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

/// The audit log's hash chains: whether they hold, seals over their ends, and old months.
///
/// Who can change the tables as superuser can also compute a new chain; the seals are made with a
/// key that the database never sees, so a chain rewritten as a whole does not match them.
@Singleton
final class AuditChains {
  private static final Actor OWNER = Actor.of("postgres");
  private static final String PROBLEMS = SqlFile.of(AuditChains.class, "audit-problems");
  private static final String SEAL_KEY_VERSION = "1";
  private static final Statement UNSEALED =
      Statement.of(
          """
          select h.chain, h.sequence, encode(h.hash, 'hex') as hash from private.audit_heads h
          where h.sequence > coalesce((select max(s.sequence) from private.audit_seals s where s.chain = h.chain), 0)""");
  private static final Statement SEALED =
      Statement.of(
          """
          select s.chain, s.sequence, encode(s.hash, 'hex') as hash, encode(s.seal, 'hex') as seal, encode(a.hash, 'hex') as found,
            exists (select from private.audit_origins o where o.chain = s.chain and o.sequence >= s.sequence) as dropped
          from private.audit_seals s
          left join public.audit_log a on a.chain = s.chain and a.sequence = s.sequence""");

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

  private record Head(UUID chain, long sequence, String hash) {}

  /// Every problem of every chain, up to a hundred; empty means the log is whole.
  List<Problem> problems(Project project) {
    return project
        .admin()
        .transaction(
            OWNER,
            Access.READ,
            tx -> {
              var problems =
                  new ArrayList<>(
                      tx.list(
                          Statement.of(PROBLEMS),
                          rows ->
                              new Problem(
                                  rows.getObject("chain", UUID.class),
                                  rows.getLong("sequence"),
                                  rows.getString("problem"))));
              problems.addAll(brokenSeals(project, tx));
              return problems;
            });
  }

  /// Signs the end of every chain that has grown.
  void seal(Project project) {
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx -> {
              var heads =
                  tx.list(
                      UNSEALED,
                      rows ->
                          new Head(
                              rows.getObject("chain", UUID.class),
                              rows.getLong("sequence"),
                              rows.getString("hash")));
              heads.forEach(head -> tx.update(insert(project, head)));
              return heads.size();
            });
  }

  /// Makes partitions for the months to come and drops those that are too old.
  int keepMonths(Project project, int months) {
    return project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx -> {
              tx.update(Statement.of("select private.ensure_audit_partitions(3)"));
              return months == 0
                  ? 0
                  : tx.first(
                          Statement.of("select private.drop_audit_months(?)", months),
                          rows -> rows.getInt(1))
                      .orElse(0);
            });
  }

  private static List<Problem> brokenSeals(Project project, Transaction tx) {
    return tx
        .list(
            SEALED,
            rows -> {
              var head =
                  new Head(
                      rows.getObject("chain", UUID.class),
                      rows.getLong("sequence"),
                      rows.getString("hash"));
              var found = rows.getString("found");
              boolean holds =
                  Crypto.same(rows.getString("seal"), seal(project, head))
                      && (rows.getBoolean("dropped") || head.hash().equals(found));
              return new Problem(
                  head.chain(), head.sequence(), holds ? "" : "the seal over this entry is broken");
            })
        .stream()
        .filter(problem -> !problem.problem().isEmpty())
        .toList();
  }

  private static Statement insert(Project project, Head head) {
    return new SqlText()
        .add("insert into private.audit_seals (chain, sequence, key_version, hash, seal) values (")
        .value(head.chain())
        .add(", ")
        .value(head.sequence())
        .add(", ")
        .value(SEAL_KEY_VERSION)
        .add(", decode(")
        .value(head.hash())
        .add(", 'hex'), decode(")
        .value(seal(project, head))
        .add(", 'hex')) on conflict do nothing")
        .statement();
  }

  private static String seal(Project project, Head head) {
    var key =
        Crypto.hmacSha256(
            project.keys().masterKey().bytes(), "audit seal".getBytes(StandardCharsets.UTF_8));
    var message = head.chain() + "." + head.sequence() + "." + head.hash();
    return HexFormat.of()
        .formatHex(Crypto.hmacSha256(key, message.getBytes(StandardCharsets.UTF_8)));
  }
}
