package io.stabbur.auth.signin;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.FlowStates;
import io.stabbur.auth.session.Grant;
import io.stabbur.auth.session.Issuer;
import io.stabbur.auth.session.Replies;
import io.stabbur.auth.session.TokenGrant;
import io.stabbur.platform.db.Transaction;
import jakarta.inject.Singleton;

/// Exchanges the code of a redirect for a session, for the client that began the flow and no other.
@Singleton
final class PkceGrant implements TokenGrant {
  private final Issuer issuer;
  private final Audit audit;

  PkceGrant(Issuer issuer, Audit audit) {
    this.issuer = issuer;
    this.audit = audit;
  }

  @Override
  public String name() {
    return "pkce";
  }

  /// The session and, after a provider's sign-in, the provider's own tokens.
  @Override
  public HttpResponse<?> grant(AuthRequest authRequest, JsonBody body) {
    var code = body.text("auth_code");
    var verifier = body.text("code_verifier");
    if (code.isEmpty() || verifier.isEmpty()) {
      throw AuthError.invalid(
          "invalid request: both auth code and code verifier should be non-empty");
    }
    return authRequest.write(tx -> exchange(tx, authRequest, code, verifier));
  }

  private HttpResponse<?> exchange(
      Transaction tx, AuthRequest authRequest, String code, String verifier) {
    var flow = new FlowStates(tx).redeem(authRequest, code, verifier);
    var user = new Users(tx).byId(flow.row().uuid("user_id")).orElseThrow(FlowStates::noFlow);
    if (user.banned(authRequest.now())) {
      throw AuthError.badRequest(AuthCode.USER_BANNED, "User is banned");
    }
    var traits = new Fields().put("provider_type", flow.text("provider_type")).node();
    audit.write(tx, authRequest, Audit.Action.LOGIN, user, traits);
    var session =
        issuer.in(tx, authRequest).begin(Grant.of(user, flow.text("authentication_method")));
    return Replies.session(
        session,
        session
            .fields()
            .maybe("provider_token", flow.text("provider_access_token"))
            .maybe("provider_refresh_token", flow.text("provider_refresh_token")));
  }
}
