package io.stabbur.auth.saml;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Row;
import io.stabbur.auth.session.Pkce;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Sign-ins that are at an identity provider right now, and the assertions that were used, inside
/// one transaction.
record RelayStates(Transaction tx) {
  private static final String METHOD = "sso/saml";

  void begin(
      UUID id,
      IdentityProvider provider,
      String requestId,
      String redirectTo,
      @Nullable UUID flow) {
    tx.update(
        Statement.of(
            """
            insert into auth.saml_relay_states
              (id, sso_provider_id, request_id, redirect_to, flow_state_id, created_at, updated_at)
            values (?, ?, ?, ?, ?::uuid, now(), now())\
            """,
            id,
            provider.id(),
            requestId,
            redirectTo,
            flow == null ? null : flow.toString()));
  }

  /// The flow by which a client with a challenge fetches its session.
  UUID flow(Pkce pkce, IdentityProvider provider, String referrer) {
    var id = UUID.randomUUID();
    tx.update(
        Statement.of(
            """
            insert into auth.flow_state (id, auth_code, code_challenge_method, code_challenge,
              provider_type, provider_access_token, provider_refresh_token, authentication_method,
              referrer, created_at, updated_at)
            values (?, ?, ?::auth.code_challenge_method, ?, ?, '', '', ?, ?, now(), now())\
            """,
            id,
            UUID.randomUUID().toString(),
            pkce.method().wire(),
            pkce.challenge(),
            provider.providerName(),
            METHOD,
            referrer));
    return id;
  }

  /// Ends the flow for a user; its code is good from now on.
  String finish(UUID flow, UUID user) {
    return tx.first(
            Statement.of(
                """
                update auth.flow_state set user_id = ?, auth_code_issued_at = now(), updated_at = now()
                where id = ? returning auth_code\
                """,
                user,
                flow),
            row -> row.getString(1))
        .orElseThrow(
            () ->
                AuthError.notFound(
                    AuthCode.FLOW_STATE_NOT_FOUND, "The sign-in this belongs to is over"));
  }

  /// Takes the sign-in that was begun under this id; it can be taken once.
  Row take(AuthRequest authRequest, UUID id, Duration life) {
    var row =
        tx.first(
                Statement.of(
                    """
                    delete from auth.saml_relay_states where id = ?
                    returning to_jsonb(saml_relay_states)::text\
                    """,
                    id),
                Row::read)
            .orElseThrow(
                () ->
                    AuthError.notFound(
                        AuthCode.SAML_RELAY_STATE_NOT_FOUND, "SAML RelayState does not exist"));
    var began = Optional.ofNullable(row.instant("created_at")).orElse(Instant.EPOCH);
    if (authRequest.now().isAfter(began.plus(life))) {
      throw AuthError.unprocessable(
          AuthCode.SAML_RELAY_STATE_EXPIRED, "SAML RelayState has expired. Try logging in again?");
    }
    return row;
  }

  /// Notes that an assertion was used; refused the second time.
  void use(IdentityProvider provider, Assertion assertion, Instant now) {
    var forgotten = now.minus(Duration.ofMinutes(10));
    tx.update(Statement.of("delete from stabbur.saml_assertions where expires_at < ?", forgotten));
    int inserted =
        tx.update(
            Statement.of(
                """
                insert into stabbur.saml_assertions (sso_provider_id, assertion_id, expires_at)
                values (?, ?, ?) on conflict do nothing\
                """,
                provider.id(),
                assertion.id(),
                assertion.until()));
    if (inserted == 0) {
      throw ResponseCheck.refused("it was used before");
    }
  }
}
