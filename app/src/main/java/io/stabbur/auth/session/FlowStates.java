package io.stabbur.auth.session;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Row;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Sign-ins under way, in `auth.flow_state`: what a client must prove to fetch its session, and
/// what a provider's callback needs to know.
public record FlowStates(Transaction tx) {
  private static final Duration LIFE = Duration.ofMinutes(5);

  /// One sign-in under way.
  public record Flow(Row row) {
    public UUID id() {
      return row.uuid("id");
    }

    public String authCode() {
      return row.text("auth_code");
    }

    public @Nullable UUID userId() {
      return row.maybeUuid("user_id");
    }

    public String text(String column) {
      return row.text(column);
    }

    public Pkce pkce() {
      return new Pkce(row.text("code_challenge"), Pkce.method(row.text("code_challenge_method")));
    }

    public boolean implicit() {
      return row.text("code_challenge").isEmpty();
    }

    /// Counted from the click, for a mail may lie around for a while.
    boolean expired(Instant now) {
      var issued = row.instant("auth_code_issued_at");
      var from = issued == null ? row.instant("created_at") : issued;
      return from == null || now.isAfter(from.plus(LIFE));
    }
  }

  /// A flow of a user who is known already, begun by a mail.
  public void begin(UUID userId, Pkce pkce, String provider, String method) {
    tx.update(
        Statement.of(
            """
            insert into auth.flow_state (id, user_id, auth_code, code_challenge_method,
              code_challenge, provider_type, provider_access_token, provider_refresh_token,
              authentication_method, created_at, updated_at)
            values (gen_random_uuid(), ?, ?, ?::auth.code_challenge_method, ?, ?, '', '', ?,
              now(), now())\
            """,
            userId,
            UUID.randomUUID().toString(),
            pkce.method().wire(),
            pkce.challenge(),
            provider,
            method));
  }

  /// The code of the flow a mailed link belongs to; its life begins now.
  public String issueCode(UUID userId, String method) {
    return tx.query(
            Statement.of(
                """
                update auth.flow_state set auth_code_issued_at = now(), updated_at = now()
                where id = (
                  select id from auth.flow_state where user_id = ? and authentication_method = ?
                  order by created_at desc limit 1)
                returning auth_code\
                """,
                userId,
                method),
            rows -> rows.next() ? Optional.ofNullable(rows.getString(1)) : Optional.<String>empty())
        .orElseThrow(
            () ->
                AuthError.unprocessable(
                    AuthCode.FLOW_STATE_NOT_FOUND, "No valid flow state found for user."));
  }

  /// Takes a flow by its code; it can be taken once. A flow that is too old or whose verifier is
  /// wrong is refused and stays for its owner.
  public Flow redeem(AuthRequest authRequest, String code, String verifier) {
    var flow =
        tx.first(
                Statement.of(
                    """
                    select to_jsonb(f)::text from auth.flow_state f
                    where f.auth_code = ? and f.user_id is not null for update\
                    """,
                    code),
                Row::read)
            .map(Flow::new)
            .orElseThrow(FlowStates::noFlow);
    if (flow.expired(authRequest.now())) {
      throw AuthError.unprocessable(
          AuthCode.FLOW_STATE_EXPIRED, "invalid flow state, flow state has expired");
    }
    flow.pkce().check(verifier);
    delete(flow.id());
    return flow;
  }

  public static ApiException noFlow() {
    return AuthError.notFound(
        AuthCode.FLOW_STATE_NOT_FOUND, "invalid flow state, no valid flow state found");
  }

  public Optional<Flow> byId(UUID id) {
    return tx.first(
            Statement.of(
                "select to_jsonb(f)::text from auth.flow_state f where f.id = ? for update", id),
            Row::read)
        .map(Flow::new);
  }

  public void delete(UUID id) {
    tx.update(Statement.of("delete from auth.flow_state where id = ?", id));
  }

  /// Ends what is under way in the name of a user: codes that wait to be exchanged, those of OAuth
  /// clients among them, and sign-ins at a provider that are to link an identity.
  public void endBegun(UUID userId) {
    tx.update(Statement.of("delete from auth.oauth_authorizations where user_id = ?", userId));
    tx.update(
        Statement.of(
            """
            delete from auth.flow_state
            where linking_target_id = ? or (user_id = ? and auth_code_issued_at is not null)\
            """,
            userId,
            userId));
  }

  /// Ends the flows of a user that wait for their link. The newest of each kind may be the one that
  /// is being followed.
  public void endWaiting(UUID userId) {
    tx.update(
        Statement.of(
            """
            delete from auth.flow_state f
            where f.user_id = ? and f.auth_code_issued_at is null and exists (
              select from auth.flow_state n
              where n.user_id = f.user_id and n.auth_code_issued_at is null
                and n.authentication_method = f.authentication_method
                and n.linking_target_id is null and n.created_at > f.created_at)\
            """,
            userId));
  }
}
