package io.stabbur.management.token;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.LoginRoles;
import io.stabbur.project.Project;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The access tokens of a project. They are read from the database at each request, so that one
/// that was revoked ends at once everywhere.
public record AccessTokens(Project project) {
  private static final Actor OWNER = Actor.of("postgres");
  private static final String COLUMNS =
      "select id, name, created_at, expires_at, revoked_at, last_used_at, identity is distinct from"
          + " stabbur.identity() from stabbur.access_tokens";

  /// A token that was just made, and its text, which nobody learns again.
  public record Made(AccessToken token, Secret text) {}

  public Made create(String name, Instant expiresAt) {
    var text = AccessToken.freshText();
    var token =
        project
            .admin()
            .transaction(
                OWNER,
                Access.WRITE,
                tx ->
                    tx.first(
                        Statement.of(
                            """
                            insert into stabbur.access_tokens (name, hash, expires_at, identity)
                            values (?, ?, ?, stabbur.identity())
                            returning id, name, created_at, expires_at, revoked_at, last_used_at, false\
                            """,
                            name,
                            Crypto.sha256Hex(text),
                            expiresAt),
                        AccessTokens::row));
    return new Made(token.orElseThrow(), Secret.of(text));
  }

  /// Lets a token of another project into this one too, with the same text; empty where this
  /// project has had it, also if it was revoked.
  public Optional<AccessToken> admit(String text, String name, Instant expiresAt) {
    return project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx ->
                tx.first(
                    Statement.of(
                        """
                        insert into stabbur.access_tokens (name, hash, expires_at, identity)
                            values (?, ?, ?, stabbur.identity())
                        on conflict (hash) do nothing
                        returning id, name, created_at, expires_at, revoked_at, last_used_at, false\
                        """,
                        name,
                        Crypto.sha256Hex(text),
                        expiresAt),
                    AccessTokens::row));
  }

  /// All tokens, the oldest first.
  public List<AccessToken> list() {
    return project
        .admin()
        .transaction(
            OWNER,
            Access.READ,
            tx -> tx.list(Statement.of(COLUMNS + " order by created_at, id"), AccessTokens::row));
  }

  /// Ends a token, and all temporary roles of the project: nobody knows which of them it made.
  ///
  /// @return whether there was one that had not been revoked
  public boolean revoke(UUID id) {
    int revoked =
        project
            .admin()
            .transaction(
                OWNER,
                Access.WRITE,
                tx ->
                    tx.update(
                        Statement.of(
                            "update stabbur.access_tokens set revoked_at = now() where id = ? and"
                                + " revoked_at is null",
                            id)));
    if (revoked > 0) {
      new LoginRoles(project).dropAll();
    }
    return revoked > 0;
  }

  /// The token with this text, if it holds now.
  ///
  /// @param share on whose behalf it is looked for: nobody is known yet
  public Optional<AccessToken> find(String text, Share share) {
    return project
        .admin()
        .transaction(OWNER.onBehalfOf(share), Access.WRITE, tx -> find(tx, Crypto.sha256Hex(text)));
  }

  private static Optional<AccessToken> find(Transaction tx, String hash) {
    var found =
        tx.first(
            Statement.of(
                COLUMNS
                    + " where hash = ? and revoked_at is null and expires_at > now() and identity ="
                    + " stabbur.identity()",
                hash),
            AccessTokens::row);
    if (found.isPresent()) {
      tx.update(
          Statement.of(
              """
              update stabbur.access_tokens set last_used_at = now() where hash = ?
                and (last_used_at is null or last_used_at < now() - interval '1 minute')\
              """,
              hash));
    }
    return found;
  }

  private static AccessToken row(ResultSet row) throws SQLException {
    return new AccessToken(
        row.getObject(1, UUID.class),
        row.getString(2),
        row.getObject(3, OffsetDateTime.class).toInstant(),
        row.getObject(4, OffsetDateTime.class).toInstant(),
        instant(row.getObject(5, OffsetDateTime.class)),
        instant(row.getObject(6, OffsetDateTime.class)),
        row.getBoolean(7));
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
