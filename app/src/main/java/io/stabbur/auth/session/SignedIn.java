package io.stabbur.auth.session;

import io.stabbur.auth.account.User;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.ApiException;
import java.util.Optional;

/// A user who shows a good access token, with the session the token belongs to. A token minted for
/// a machine, or before sessions existed, has none.
public record SignedIn(User user, Optional<Session> session) {
  /// Whether a factor the user has was shown in this session.
  public boolean strongEnough() {
    return !user.hasVerifiedFactor()
        || session.map(Session::aal).filter(aal -> aal.equals("aal2")).isPresent();
  }

  /// Whether an OAuth client shows the token.
  public boolean isOfClient() {
    return session.filter(one -> one.clientId() != null).isPresent();
  }

  /// For what only a session can do.
  public Session sessionOrThrow() {
    return session.orElseThrow(SignedIn::noSession);
  }

  private static ApiException noSession() {
    return AuthError.forbidden(
        AuthCode.SESSION_NOT_FOUND, "Session from session_id claim in JWT does not exist");
  }
}
