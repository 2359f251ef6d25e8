package io.stabbur.auth.token;

import io.stabbur.auth.Audit;
import io.stabbur.auth.AuthCode;
import io.stabbur.auth.AuthError;
import io.stabbur.auth.Body;
import io.stabbur.auth.Fields;
import io.stabbur.auth.Visit;
import io.stabbur.auth.user.Users;
import io.stabbur.platform.db.Transaction;
import jakarta.inject.Singleton;

/// Exchanges the code of a redirect for a session, for the client that began the flow and no other.
@Singleton
final class PkceGrant {
  private final Issuer issuer;
  private final Audit audit;

  PkceGrant(Issuer issuer, Audit audit) {
    this.issuer = issuer;
    this.audit = audit;
  }

  /// The session and, after a provider's sign-in, the provider's own tokens.
  record Exchanged(IssuedSession session, String providerToken, String providerRefreshToken) {
    Fields fields() {
      return session
          .fields()
          .maybe("provider_token", providerToken)
          .maybe("provider_refresh_token", providerRefreshToken);
    }
  }

  Exchanged exchange(Visit visit, Body body) {
    var code = body.text("auth_code");
    var verifier = body.text("code_verifier");
    if (code.isEmpty() || verifier.isEmpty()) {
      throw AuthError.invalid(
          "invalid request: both auth code and code verifier should be non-empty");
    }
    return visit.write(tx -> exchange(tx, visit, code, verifier));
  }

  private Exchanged exchange(Transaction tx, Visit visit, String code, String verifier) {
    var flow = new FlowStates(tx).redeem(visit, code, verifier);
    var user = new Users(tx).get(flow.row().uuid("user_id"));
    if (user.banned(visit.now())) {
      throw AuthError.badRequest(AuthCode.USER_BANNED, "User is banned");
    }
    var traits = new Fields().put("provider_type", flow.text("provider_type")).node();
    audit.write(tx, visit, Audit.Action.LOGIN, user, traits);
    var session = issuer.begin(tx, visit, Grant.of(user, flow.text("authentication_method")));
    return new Exchanged(
        session, flow.text("provider_access_token"), flow.text("provider_refresh_token"));
  }
}
