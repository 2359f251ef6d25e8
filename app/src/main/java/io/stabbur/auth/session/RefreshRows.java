package io.stabbur.auth.session;

import io.stabbur.auth.account.Users;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Row;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.sql.ResultSet;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/// The rows an exchange of a refresh token reads and writes.
record RefreshRows(Transaction tx) {
  private static final String INSERT =
      """
       insert into auth.refresh_tokens
         (instance_id, token, user_id, parent, session_id, revoked, created_at, updated_at)
       values ('00000000-0000-0000-0000-000000000000', \
      """;

  private static final String SESSION_AND_USER =
      ", 'session', row_to_json(s), 'methods', "
          + Sessions.METHODS
          + ", 'user', "
          + Users.AS_JSON
          + ")::text";

  /// Takes the session for this transaction, with the next statement; false when it is gone or
  /// taken.
  Supplier<Boolean> lock(RefreshToken token) {
    return tx.later(
        session(token, new SqlText().add("select true from auth.sessions where id = "))
            .add(" for update skip locked")
            .statement(),
        ResultSet::next);
  }

  boolean exists(RefreshToken token) {
    return tx.first(
            session(token, new SqlText().add("select true from auth.sessions where id = "))
                .statement(),
            rows -> rows.getBoolean(1))
        .isPresent();
  }

  /// The session a token belongs to. A counted token counts only with its signature.
  Optional<UUID> sessionOf(RefreshToken token) {
    return switch (token) {
      case RefreshToken.Counted counted ->
          family(counted)
              .filter(family -> !family.counterKey().isEmpty())
              .filter(
                  family -> counted.signedWith(Base64.getUrlDecoder().decode(family.counterKey())))
              .map(family -> family.session().id());
      case RefreshToken.Opaque opaque -> family(opaque).map(family -> family.session().id());
    };
  }

  private static SqlText session(RefreshToken token, SqlText sql) {
    return switch (token) {
      case RefreshToken.Counted(_, var session, _, _, _) -> sql.value(session);
      case RefreshToken.Opaque(var text) ->
          sql.add("(select session_id from auth.refresh_tokens where token = ")
              .value(text)
              .add(")");
    };
  }

  /// To be read after the lock was taken, in a statement of its own: only then it sees what the
  /// lock's last holder has committed.
  Optional<Family> family(RefreshToken token) {
    var sql =
        switch (token) {
          case RefreshToken.Opaque(var text) ->
              new SqlText()
                  .add("select json_build_object('token', row_to_json(t), 'active', ")
                  .add("(select json_build_object('token', a.token, 'parent', a.parent)")
                  .add(" from auth.refresh_tokens a where a.session_id = s.id and not a.revoked")
                  .add(" order by a.id desc limit 1)")
                  .add(SESSION_AND_USER)
                  .add(" from auth.refresh_tokens t join auth.sessions s on s.id = t.session_id")
                  .add(" join auth.users u on u.id = s.user_id where t.token = ")
                  .value(text);
          case RefreshToken.Counted(_, var session, _, _, _) ->
              new SqlText()
                  .add("select json_build_object('token', null")
                  .add(SESSION_AND_USER)
                  .add(" from auth.sessions s join auth.users u on u.id = s.user_id where s.id = ")
                  .value(session);
        };
    return tx.first(sql.statement(), Row::read).map(Family::of);
  }

  /// Revokes the token, gives it a child, notes when the session was used, and writes the entries,
  /// all in one statement, which is sent with the next.
  RefreshToken.Opaque swap(
      RefreshToken.Opaque token,
      Family family,
      AuthRequest authRequest,
      Optional<SqlText> entries) {
    var child = RefreshToken.Opaque.random();
    var sql =
        new SqlText()
            .add("with old as (update auth.refresh_tokens set revoked = true, updated_at = now()")
            .add(" where token = ")
            .value(token.text())
            .add(" and not revoked), used as (")
            .append(touched(family.session().id(), authRequest))
            .add(")");
    entries.ifPresent(entry -> sql.add(", entries as (").append(entry).add(")"));
    tx.later(
        sql.add(INSERT)
            .value(child.text())
            .add(", ")
            .value(family.user().id().toString())
            .add(", ")
            .value(token.text())
            .add(", ")
            .value(family.session().id())
            .add(", false, now(), now())")
            .statement());
    return child;
  }

  /// The token of a session that may be used now, "" when there is none.
  String active(UUID session) {
    return tx.first(
            Statement.of(
                """
                select token from auth.refresh_tokens where session_id = ? and not revoked
                order by id desc limit 1\
                """,
                session),
            rows -> rows.getString(1))
        .orElse("");
  }

  RefreshToken.Opaque insert(UUID session, UUID user, String parent) {
    var token = RefreshToken.Opaque.random();
    tx.update(
        Statement.of(
            """
            insert into auth.refresh_tokens
              (instance_id, token, user_id, parent, session_id, revoked, created_at, updated_at)
            values ('00000000-0000-0000-0000-000000000000', ?, ?, ?, ?, false, now(), now())\
            """,
            token.text(),
            user.toString(),
            parent,
            session));
    return token;
  }

  void revoke(RefreshToken.Opaque token) {
    tx.later(
        Statement.of(
            "update auth.refresh_tokens set revoked = true, updated_at = now() where token = ?",
            token.text()));
  }

  void revokeAll(UUID session) {
    tx.update(
        Statement.of(
            """
            update auth.refresh_tokens set revoked = true, updated_at = now()
            where session_id = ? and not revoked\
            """,
            session));
  }

  /// Gives a session of the first format a key and a counter, or its next token if it has them.
  RefreshToken.Counted upgrade(Session session) {
    var stored = session.row().text("refresh_token_hmac_key");
    if (!stored.isEmpty()) {
      return RefreshToken.Counted.sign(
          session.id(), count(session.id()), Base64.getUrlDecoder().decode(stored));
    }
    var key = Crypto.random(32);
    tx.update(
        Statement.of(
            """
            update auth.sessions set refresh_token_hmac_key = ?, refresh_token_counter = 0
            where id = ?\
            """,
            Crypto.base64Url(key),
            session.id()));
    return RefreshToken.Counted.sign(session.id(), 0, key);
  }

  /// Moves the counter on and returns it.
  long count(UUID session) {
    return tx.query(
        Statement.of(
            """
            update auth.sessions set refresh_token_counter = coalesce(refresh_token_counter, 0) + 1
            where id = ? returning refresh_token_counter\
            """,
            session),
        rows -> rows.next() ? rows.getLong(1) : 0);
  }

  void touch(UUID session, AuthRequest authRequest) {
    tx.later(touched(session, authRequest).statement());
  }

  private static SqlText touched(UUID session, AuthRequest authRequest) {
    return new SqlText()
        .add("update auth.sessions set refreshed_at = now() at time zone 'utc',")
        .add(" updated_at = now(), user_agent = ")
        .value(authRequest.userAgent().isEmpty() ? null : authRequest.userAgent())
        .add(", ip = ")
        .value(authRequest.ip().isEmpty() ? null : authRequest.ip())
        .add("::inet where id = ")
        .value(session);
  }
}
