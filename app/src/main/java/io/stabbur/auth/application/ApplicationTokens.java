package io.stabbur.auth.application;

import io.stabbur.auth.request.Row;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The table of programs' tokens, inside one transaction.
record ApplicationTokens(Transaction tx) {
  void insert(ApplicationToken token, String text) {
    tx.update(
        Statement.of(
            """
            insert into stabbur.application_tokens
              (id, name, organization_id, role, hash, created_at, expires_at, identity)
            values (?, ?, ?, ?, ?, ?, ?, stabbur.identity())\
            """,
            token.id(),
            token.name(),
            token.organization(),
            token.role(),
            ApplicationToken.hash(text),
            token.createdAt(),
            token.expiresAt()));
  }

  List<ApplicationToken> all() {
    return tx
        .list(
            Statement.of(
                """
                select (to_jsonb(t) - 'hash' || jsonb_build_object('asleep', identity is distinct from stabbur.identity()))::text
                from stabbur.application_tokens t
                order by t.created_at, t.id\
                """),
            Row::read)
        .stream()
        .map(ApplicationToken::of)
        .toList();
  }

  /// The token with this text, in whatever state; that it was shown is noted if it still counts.
  Optional<ApplicationToken> use(String text, Instant now) {
    return tx.first(
            Statement.of(
                """
                update stabbur.application_tokens t
                set last_used_at = case when revoked_at is null and expires_at > ? and identity = stabbur.identity()
                  then ? else last_used_at end
                where hash = ?
                returning (to_jsonb(t) - 'hash' || jsonb_build_object('asleep', identity is distinct from stabbur.identity()))::text\
                """,
                now,
                now,
                ApplicationToken.hash(text)),
            Row::read)
        .map(ApplicationToken::of);
  }

  /// Ends a token; false when there is no such one, or it was revoked before.
  boolean revoke(UUID id, Instant now) {
    return tx.update(
            Statement.of(
                """
                update stabbur.application_tokens set revoked_at = ?
                where id = ? and revoked_at is null\
                """,
                now,
                id))
        > 0;
  }
}
