package io.stabbur.organization.management;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The seals of the audit chains in the database, and how they are signed.
final class Seals {
  private static final String SEAL_KEY_VERSION = "1";

  static final Statement UNSEALED =
      Statement.of(
          """
          select h.chain, h.sequence, encode(h.hash, 'hex') as hash, coalesce(s.number, o.seal_number, 0) as number,
            encode(coalesce(s.seal, o.seal, ''), 'hex') as seal
          from audit_heads h
          left join audit_origins o on o.chain = h.chain
          left join lateral (
            select number, sequence, seal from audit_seals s where s.chain = h.chain order by number desc limit 1) s on true
          where h.sequence > coalesce(s.sequence, 0)\
          """);
  private static final String INSERT =
      """
      insert into audit_seals (chain, number, sequence, hash, key_version, seal)
      values (?, ?, ?, decode(?, 'hex'), ?, decode(?, 'hex'))\
      """;
  static final Statement ALL =
      Statement.of(
          """
          select s.chain, s.number, s.sequence, encode(s.hash, 'hex') as hash, encode(s.seal, 'hex') as seal,
            encode(a.hash, 'hex') as found
          from audit_seals s
          left join audit_entries a on a.chain = s.chain and a.sequence = s.sequence
          order by s.chain, s.number\
          """);
  static final Statement ORIGINS =
      Statement.of(
          """
          select chain, sequence, encode(hash, 'hex') as hash, seal_number, encode(seal, 'hex') as seal,
            encode(signature, 'hex') as signature
          from audit_origins\
          """);
  private static final Statement NEWEST =
      Statement.of(
          """
          select distinct on (chain) chain, number, encode(seal, 'hex') as seal
          from audit_seals order by chain, number desc\
          """);
  private static final String SAME_SEAL =
      "select encode(seal, 'hex') from audit_seals where chain = ? and number = ?";

  /// A chain's end that no seal covers, and the chain's newest seal.
  record Unsealed(UUID chain, long sequence, String hash, long number, String before) {}

  /// @param found the hash that the sealed entry has now; empty when the entry is gone
  record Seal(UUID chain, long number, long sequence, String hash, String seal, String found) {}

  /// Where a chain begins after old months were dropped, and the last seal dropped with them.
  record Origin(
      UUID chain, long sequence, String hash, long number, String seal, String signature) {}

  private Seals() {}

  /// Whether the database has this very seal.
  static boolean isThere(Transaction tx, UUID chain, SealFile.Kept kept) {
    return tx.first(
            Statement.of(SAME_SEAL, chain, kept.number()), row -> String.valueOf(row.getString(1)))
        .filter(kept.seal()::equals)
        .isPresent();
  }

  /// The newest seal of every chain.
  static Map<UUID, SealFile.Kept> newest(Transaction tx) {
    return tx.query(
        NEWEST,
        rows -> {
          var newest = new LinkedHashMap<UUID, SealFile.Kept>();
          while (rows.next()) {
            newest.put(
                rows.getObject("chain", UUID.class),
                new SealFile.Kept(rows.getLong("number"), rows.getString("seal")));
          }
          return newest;
        });
  }

  static Statement insert(Project project, Unsealed end) {
    var seal = new Seal(end.chain(), end.number() + 1, end.sequence(), end.hash(), "", end.hash());
    return Statement.of(
        INSERT,
        seal.chain(),
        seal.number(),
        seal.sequence(),
        seal.hash(),
        SEAL_KEY_VERSION,
        signature(project, seal, end.before()));
  }

  static String signature(Project project, Seal seal, String before) {
    return hmac(project, "seal", seal.chain(), seal.number(), seal.sequence(), seal.hash(), before);
  }

  static String signature(Project project, Origin origin) {
    return hmac(
        project,
        "origin",
        origin.chain(),
        origin.number(),
        origin.sequence(),
        origin.hash(),
        origin.seal());
  }

  private static String hmac(
      Project project, String what, UUID chain, long number, long sequence, String... hex) {
    var key =
        Crypto.hmacSha256(
            project.keys().masterKey().bytes(), "audit seal".getBytes(StandardCharsets.UTF_8));
    var message = "%s.%s.%d.%d.%s".formatted(what, chain, number, sequence, String.join(".", hex));
    return HexFormat.of()
        .formatHex(Crypto.hmacSha256(key, message.getBytes(StandardCharsets.UTF_8)));
  }

  static Unsealed unsealed(ResultSet row) throws SQLException {
    return new Unsealed(
        row.getObject("chain", UUID.class),
        row.getLong("sequence"),
        row.getString("hash"),
        row.getLong("number"),
        row.getString("seal"));
  }

  static Seal seal(ResultSet row) throws SQLException {
    return new Seal(
        row.getObject("chain", UUID.class),
        row.getLong("number"),
        row.getLong("sequence"),
        row.getString("hash"),
        row.getString("seal"),
        orEmpty(row.getString("found")));
  }

  static Origin origin(ResultSet row) throws SQLException {
    return new Origin(
        row.getObject("chain", UUID.class),
        row.getLong("sequence"),
        row.getString("hash"),
        row.getLong("seal_number"),
        row.getString("seal"),
        orEmpty(row.getString("signature")));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
