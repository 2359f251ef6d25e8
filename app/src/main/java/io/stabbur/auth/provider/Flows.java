package io.stabbur.auth.provider;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Row;
import io.stabbur.auth.session.FlowStates.Flow;
import io.stabbur.auth.session.Pkce;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import io.stabbur.platform.sql.Uuids;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Sign-ins that are at a provider right now, inside one transaction.
record Flows(Transaction tx) {
  private static final Duration LIFE = Duration.ofMinutes(10);

  void begin(
      UUID id,
      String provider,
      String verifier,
      Optional<Pkce> pkce,
      String referrer,
      @Nullable UUID target) {
    forgetAbandoned();
    var state = UUID.randomUUID();
    tx.update(
        Statement.of(
            """
            insert into auth.oauth_client_states (id, provider_type, code_verifier, created_at)
            values (?, ?, ?, now())\
            """,
            state,
            provider,
            verifier));
    tx.update(
        Statement.of(
            """
            insert into auth.flow_state (id, auth_code, provider_type, authentication_method,
              referrer, oauth_client_state_id, linking_target_id, provider_access_token,
              provider_refresh_token, code_challenge, code_challenge_method, created_at, updated_at)
            values (?, ?, ?, 'oauth', ?, ?, ?::uuid, '', '', ?, ?::auth.code_challenge_method,
              now(), now())\
            """,
            id,
            UUID.randomUUID().toString(),
            provider,
            referrer,
            state,
            target == null ? null : target.toString(),
            pkce.map(Pkce::challenge).orElse(null),
            pkce.map(p -> p.method().wire()).orElse(null)));
  }

  /// Whoever goes to a provider need not come back, nor fetch the session; what is kept of them,
  /// tokens of the provider among it, is kept for a day.
  private void forgetAbandoned() {
    tx.update(
        Statement.of(
            """
            delete from auth.flow_state where id in (
              select id from auth.flow_state
              where created_at < now() - interval '1 day' and authentication_method = 'oauth'
              order by created_at limit 100 for update skip locked)\
            """));
    tx.update(
        Statement.of(
            """
            delete from auth.oauth_client_states where id in (
              select id from auth.oauth_client_states where created_at < now() - interval '1 day'
              order by created_at limit 100 for update skip locked)\
            """));
  }

  /// A flow that came back, and the verifier that was kept for it.
  record Returned(Flow flow, String verifier) {}

  /// Takes the flow a callback names; a callback is honoured once.
  Returned take(AuthRequest authRequest, String state) {
    var row =
        tx.first(
                Statement.of(
                    """
                    select (to_jsonb(f) || jsonb_build_object('verifier',
                      (select s.code_verifier from auth.oauth_client_states s
                       where s.id = f.oauth_client_state_id)))::text
                    from auth.flow_state f where f.id = ? for update\
                    """,
                    uuid(state)),
                Row::read)
            .orElseThrow(() -> bad("OAuth state not found or expired"));
    var began = row.instant("created_at");
    if (began == null || authRequest.now().isAfter(began.plus(LIFE))) {
      throw bad("OAuth state has expired");
    }
    if (!row.has("oauth_client_state_id")) {
      throw AuthError.badRequest(AuthCode.FLOW_STATE_ALREADY_USED, "State has already been used");
    }
    var flow = new Flow(row);
    tx.update(
        Statement.of(
            """
            with f as (
              update auth.flow_state set oauth_client_state_id = null, linking_target_id = null
              where id = ?)
            delete from auth.oauth_client_states where id = ?\
            """,
            flow.id(),
            row.uuid("oauth_client_state_id")));
    return new Returned(flow, row.text("verifier"));
  }

  /// Leaves the result for the client that began the flow; its code is good from now on.
  String finish(Flow flow, UUID user, ProviderTokens tokens) {
    tx.update(
        Statement.of(
            """
            update auth.flow_state set user_id = ?, provider_access_token = ?,
              provider_refresh_token = ?, auth_code_issued_at = now(), updated_at = now()
            where id = ?\
            """,
            user,
            tokens.accessToken(),
            tokens.refreshToken(),
            flow.id()));
    return flow.authCode();
  }

  private static UUID uuid(String state) {
    return Uuids.parse(state).orElseThrow(() -> bad("OAuth state parameter is invalid"));
  }

  static ApiException bad(String message) {
    return AuthError.badRequest(AuthCode.BAD_OAUTH_STATE, message);
  }
}
