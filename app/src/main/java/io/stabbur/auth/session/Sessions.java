package io.stabbur.auth.session;

import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Row;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Sessions and refresh tokens, inside one transaction.
public record Sessions(Transaction tx) {
  /// The methods of session `s` as JSON, newest first.
  static final String METHODS =
      """
      coalesce((select json_agg(json_build_object('method', c.authentication_method,
          'timestamp', floor(extract(epoch from c.updated_at))::bigint) order by c.updated_at desc)
        from auth.mfa_amr_claims c where c.session_id = s.id), '[]')\
      """;

  /// Session `s` with its methods as one JSON object; [Session#within] reads it.
  static final String AS_JSON =
      "json_build_object('session', row_to_json(s), 'methods', " + METHODS + ")";

  /// Starts a session with its first refresh token, with the next statement; returns both, the
  /// token in the wanted format.
  Begun begin(Grant grant, AuthRequest authRequest, int format) {
    var id = UUID.randomUUID();
    return format == 2 ? counted(id, grant, authRequest) : opaque(id, grant, authRequest);
  }

  record Begun(UUID session, RefreshToken token) {}

  private Begun opaque(UUID id, Grant grant, AuthRequest authRequest) {
    var token = RefreshToken.Opaque.random();
    tx.later(
        session(id, grant, authRequest, "")
            .add(", t as (insert into auth.refresh_tokens")
            .add(
                " (instance_id, token, user_id, parent, session_id, revoked, created_at,"
                    + " updated_at)")
            .add(" select '00000000-0000-0000-0000-000000000000', ")
            .value(token.text())
            .add(", user_id::text, '', id, false, now(), now() from s)")
            .append(signedIn(grant))
            .statement());
    return new Begun(id, token);
  }

  private Begun counted(UUID id, Grant grant, AuthRequest authRequest) {
    var key = Crypto.random(32);
    tx.later(
        session(id, grant, authRequest, Crypto.base64Url(key)).append(signedIn(grant)).statement());
    return new Begun(id, RefreshToken.Counted.sign(id, 0, key));
  }

  /// The session and its first method in one statement, to be continued.
  private static SqlText session(UUID id, Grant grant, AuthRequest authRequest, String key) {
    var notAfter = grant.notAfter();
    var client = grant.client();
    var sql =
        new SqlText()
            .add("with s as (insert into auth.sessions (id, user_id, created_at, updated_at,")
            .add(" factor_id, aal, not_after, user_agent, ip, refresh_token_hmac_key,")
            .add(" refresh_token_counter")
            .append(clientColumns(client))
            .add(") values (")
            .value(id)
            .add(", ")
            .value(grant.user().id())
            .add(", now(), now(), ")
            .value(grant.factorId() == null ? null : grant.factorId().toString())
            .add("::uuid, ")
            .value(grant.factorId() == null ? "aal1" : "aal2")
            .add("::auth.aal_level, ")
            .value(notAfter == null ? null : notAfter.atOffset(ZoneOffset.UTC).toString())
            .add("::timestamptz, ")
            .value(authRequest.userAgent().isEmpty() ? null : authRequest.userAgent())
            .add(", ")
            .value(authRequest.ip().isEmpty() ? null : authRequest.ip())
            .add("::inet, ")
            .value(key.isEmpty() ? null : key)
            .add(", ")
            .value(key.isEmpty() ? null : "0")
            .add("::bigint")
            .append(client(client))
            .add(") returning id, user_id), c as (insert into auth.mfa_amr_claims")
            .add(" (id, session_id, authentication_method, created_at, updated_at)")
            .add(" select gen_random_uuid(), id, ");
    return sql.value(grant.method()).add(", now(), now() from s)");
  }

  private static SqlText clientColumns(Grant.@Nullable Client client) {
    return client == null ? new SqlText() : new SqlText().add(", oauth_client_id, scopes");
  }

  private static SqlText client(Grant.@Nullable Client client) {
    return client == null
        ? new SqlText()
        : new SqlText().add(", ").value(client.id()).add(", ").value(client.scopes());
  }

  private static SqlText signedIn(Grant grant) {
    return new SqlText()
        .add(" update auth.users set last_sign_in_at = now(), updated_at = now() where id = ")
        .value(grant.user().id());
  }

  /// Adds a proof to a session, or renews it.
  public void addMethod(UUID session, String method) {
    tx.update(
        Statement.of(
            """
            insert into auth.mfa_amr_claims
              (id, session_id, authentication_method, created_at, updated_at)
            values (gen_random_uuid(), ?, ?, now(), now())
            on conflict (session_id, authentication_method) do update set
              updated_at = excluded.updated_at\
            """,
            session,
            method));
  }

  public Optional<Session> byId(UUID id) {
    return tx.first(
            new SqlText()
                .add("select ")
                .add(AS_JSON)
                .add("::text from auth.sessions s where s.id = ")
                .value(id)
                .statement(),
            Row::read)
        .map(Session::within);
  }

  /// All sessions of a user, in no order.
  public List<Session> ofUser(UUID userId) {
    return tx
        .list(
            new SqlText()
                .add("select ")
                .add(AS_JSON)
                .add("::text from auth.sessions s where s.user_id = ")
                .value(userId)
                .statement(),
            Row::read)
        .stream()
        .map(Session::within)
        .toList();
  }

  public void endAll(UUID userId) {
    tx.update(Statement.of("delete from auth.sessions where user_id = ?", userId));
  }

  public void end(UUID session) {
    tx.update(Statement.of("delete from auth.sessions where id = ?", session));
  }

  public void endOthers(UUID userId, UUID kept) {
    tx.update(
        Statement.of("delete from auth.sessions where user_id = ? and id <> ?", userId, kept));
  }

  /// Ends the user's sessions that are an OAuth client's.
  public void endOfClient(UUID userId, UUID client) {
    tx.update(
        Statement.of(
            "delete from auth.sessions where user_id = ? and oauth_client_id = ?", userId, client));
  }

  /// Ends the user's sessions that never showed a second factor.
  public void endBelowAal2(UUID userId) {
    tx.update(
        Statement.of(
            "delete from auth.sessions where user_id = ? and aal < 'aal2'::auth.aal_level",
            userId));
  }

  /// Raises a session to the second level.
  public void raise(UUID session, UUID factor) {
    tx.update(
        Statement.of(
            "update auth.sessions set aal = 'aal2', factor_id = ?, updated_at = now() where id = ?",
            factor,
            session));
  }

  /// Takes sessions that rest on a factor down to the first level.
  public void lower(UUID userId, UUID factor) {
    tx.update(
        Statement.of(
            """
            with s as (update auth.sessions set aal = 'aal1', factor_id = null, updated_at = now()
                       where user_id = ? and factor_id = ? returning id)
            delete from auth.mfa_amr_claims c using s
            where c.session_id = s.id
              and c.authentication_method in ('totp', 'mfa/phone', 'mfa/webauthn')\
            """,
            userId,
            factor));
  }
}
