package io.stabbur.auth.code;

import io.stabbur.auth.account.UserChange;
import io.stabbur.auth.account.UserColumn;
import io.stabbur.auth.account.Users;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Codes and links that work once: at most one of each kind for a user, kept as a hash.
public record OneTimeTokens(Transaction tx) {
  public static final String PKCE_PREFIX = "pkce_";
  private static final byte[] PURPOSE = "one-time codes".getBytes(StandardCharsets.US_ASCII);
  private static final int LENGTH = 28;
  private static final SecureRandom RANDOM = new SecureRandom();

  /// What a token proves.
  public enum Kind {
    CONFIRMATION,
    REAUTHENTICATION,
    RECOVERY,
    EMAIL_CHANGE_TOKEN_NEW,
    EMAIL_CHANGE_TOKEN_CURRENT,
    PHONE_CHANGE_TOKEN;

    static Kind of(String wire) {
      return Arrays.stream(values()).filter(k -> k.wire().equals(wire)).findFirst().orElseThrow();
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT)
          + (this == CONFIRMATION || this == REAUTHENTICATION || this == RECOVERY ? "_token" : "");
    }
  }

  /// A code of so many digits, each as likely as the other.
  public static String code(int digits) {
    var code = new StringBuilder(digits);
    for (int i = 0; i < digits; i++) {
      code.append((char) ('0' + RANDOM.nextInt(10)));
    }
    return code.toString();
  }

  /// How a code is stored and travels in links: it proves itself only together with the address it
  /// was sent to. It is made with a key of the project, so that a link cannot be computed by trying
  /// all codes; its length is that of the contract's SHA-224.
  public static String hash(Project project, String address, String code) {
    var key = Crypto.hmacSha256(project.keys().masterKey().bytes(), PURPOSE);
    var hash = Crypto.hmacSha256(key, (address + code).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, LENGTH);
  }

  /// The shapes in which a code may be stored: ours, that of the original for a token which came
  /// along with its database, and either of a PKCE flow.
  public static Set<String> hashes(Project project, String address, String code) {
    var ours = hash(project, address, code);
    var plain = plainHash(address, code);
    return Set.of(ours, plain, PKCE_PREFIX + ours, PKCE_PREFIX + plain);
  }

  private static String plainHash(String address, String code) {
    try {
      var digest = MessageDigest.getInstance("SHA-224");
      return HexFormat.of()
          .formatHex(digest.digest((address + code).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A code that is out.
  public record Pending(UUID userId, Kind kind, String hash) {}

  /// The codes that were sent to an address.
  public List<Pending> pending(String address, Kind... kinds) {
    return tx.list(
        Statement.of(
            """
            select user_id, token_type, token_hash from auth.one_time_tokens
            where relates_to = ? and token_type::text = any (?) order by user_id, token_type\
            """,
            address,
            Arrays.stream(kinds).map(Kind::wire).toArray(String[]::new)),
        rows ->
            new Pending(
                rows.getObject(1, UUID.class), Kind.of(rows.getString(2)), rows.getString(3)));
  }

  /// Stores a token in place of the last one of its kind.
  ///
  /// @param receiver who is given it
  public void replace(UUID userId, Kind kind, String relatesTo, String hash, Receiver receiver) {
    store(userId, kind, relatesTo, hash);
    tx.update(
        Statement.of(
            "delete from stabbur_auth.token_receivers where user_id = ? and kind = ?",
            userId,
            kind.wire()));
    if (receiver != Receiver.OTHER) {
      tx.update(
          Statement.of(
              "insert into stabbur_auth.token_receivers values (?, ?, ?, ?)",
              userId,
              kind.wire(),
              hash,
              receiver.stored()));
    }
  }

  /// Who was given a token; a token that another server made was given to anybody.
  public Receiver receiver(Pending token) {
    return tx.first(
            Statement.of(
                """
                select receiver from stabbur_auth.token_receivers
                where user_id = ? and kind = ? and hash = ?\
                """,
                token.userId(),
                token.kind().wire(),
                token.hash()),
            rows -> Receiver.of(rows.getString(1)))
        .orElse(Receiver.OTHER);
  }

  /// Who was given the last token of a kind, also when it is used up and others still wait.
  public Receiver lastReceiver(UUID userId, Kind kind) {
    return tx.first(
            Statement.of(
                "select receiver from stabbur_auth.token_receivers where user_id = ? and kind = ?",
                userId,
                kind.wire()),
            rows -> Receiver.of(rows.getString(1)))
        .orElse(Receiver.OTHER);
  }

  private void store(UUID userId, Kind kind, String relatesTo, String hash) {
    tx.update(
        Statement.of(
            """
            insert into auth.one_time_tokens
              (id, user_id, token_type, token_hash, relates_to, created_at, updated_at)
            values (gen_random_uuid(), ?, ?::auth.one_time_token_type, ?, ?, now(), now())
            on conflict (user_id, token_type) do update set
              token_hash = excluded.token_hash, relates_to = excluded.relates_to,
              created_at = excluded.created_at, updated_at = excluded.updated_at\
            """,
            userId,
            kind.wire(),
            hash,
            relatesTo.toLowerCase(Locale.ROOT)));
  }

  /// A token by its hash; the row of the user it was made for is locked so that a token works once
  /// even when it arrives twice at the same instant.
  public Optional<Pending> find(String hash, Kind... kinds) {
    for (var kind : kinds) {
      var found =
          tx.first(
              Statement.of(
                  """
                  select u.id from auth.one_time_tokens t join auth.users u on u.id = t.user_id
                  where t.token_hash = ? and t.token_type = ?::auth.one_time_token_type
                  for update of u, t\
                  """,
                  hash,
                  kind.wire()),
              rows -> new Pending(rows.getObject(1, UUID.class), kind, hash));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  public void clear(UUID userId, Kind kind) {
    tx.update(
        Statement.of(
            """
            delete from auth.one_time_tokens
            where user_id = ? and token_type = ?::auth.one_time_token_type\
            """,
            userId,
            kind.wire()));
  }

  public void clearAll(UUID userId) {
    tx.update(Statement.of("delete from auth.one_time_tokens where user_id = ?", userId));
    tx.update(Statement.of("delete from stabbur_auth.token_receivers where user_id = ?", userId));
  }

  /// Ends every code and link of a user, and the changes of address that wait for one.
  public void endAll(UUID userId) {
    clearAll(userId);
    new Users(tx)
        .write(
            userId,
            new UserChange()
                .set(UserColumn.CONFIRMATION_TOKEN, "")
                .set(UserColumn.RECOVERY_TOKEN, "")
                .set(UserColumn.EMAIL_CHANGE, "")
                .set(UserColumn.EMAIL_CHANGE_TOKEN_NEW, "")
                .set(UserColumn.EMAIL_CHANGE_TOKEN_CURRENT, "")
                .set(UserColumn.EMAIL_CHANGE_CONFIRM_STATUS, 0)
                .set(UserColumn.PHONE_CHANGE, "")
                .set(UserColumn.PHONE_CHANGE_TOKEN, "")
                .set(UserColumn.REAUTHENTICATION_TOKEN, ""));
  }

  /// Forgets when the last of each kind was sent, as the original does with a new password and with
  /// an identity that goes.
  public void forgetTimes(UUID userId) {
    new Users(tx)
        .write(
            userId,
            new UserChange()
                .clear(UserColumn.CONFIRMATION_SENT_AT)
                .clear(UserColumn.RECOVERY_SENT_AT)
                .clear(UserColumn.EMAIL_CHANGE_SENT_AT)
                .clear(UserColumn.PHONE_CHANGE_SENT_AT)
                .clear(UserColumn.REAUTHENTICATION_SENT_AT));
  }
}
