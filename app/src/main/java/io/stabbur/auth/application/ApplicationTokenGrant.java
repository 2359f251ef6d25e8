package io.stabbur.auth.application;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Minter;
import io.stabbur.auth.session.Replies;
import io.stabbur.auth.session.TokenGrant;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.time.Instant;

/// `POST /token?grant_type=application_token` with `{"token": "sb_app_…"}`: an access token for a
/// program, and no refresh token, since the program has its own.
@Singleton
final class ApplicationTokenGrant implements TokenGrant {
  private final ApplicationSettings settings;
  private final ApplicationClaims claims;
  private final Minter minter;
  private final Audit audit;

  ApplicationTokenGrant(
      ApplicationSettings settings, ApplicationClaims claims, Minter minter, Audit audit) {
    this.settings = settings;
    this.claims = claims;
    this.minter = minter;
    this.audit = audit;
  }

  @Override
  public String name() {
    return "application_token";
  }

  @Override
  public HttpResponse<?> grant(AuthRequest authRequest, JsonBody body) {
    var text = body.text("token");
    return authRequest.write(
        tx -> {
          var token =
              new ApplicationTokens(tx)
                  .use(text, authRequest.now())
                  .orElseThrow(() -> refused("Invalid application token"));
          if (token.revokedAt() != null) {
            throw refused("The application token was revoked");
          }
          if (token.isAsleep()) {
            throw refused("The application token is another database's, from whose dump it came");
          }
          if (!token.expiresAt().isAfter(authRequest.now())) {
            throw refused("The application token has expired");
          }
          var expires = earlier(authRequest.now().plus(settings.life()), token.expiresAt());
          var signed =
              minter.sign(authRequest.project(), claims.of(tx, authRequest, token, expires));
          audit.write(
              tx, authRequest, Audit.Action.APPLICATION_TOKEN_USED, null, token.described());
          return answer(signed, authRequest.now(), expires);
        });
  }

  private static HttpResponse<?> answer(String token, Instant now, Instant expires) {
    return Replies.json(
            new Fields()
                .put("access_token", token)
                .put("token_type", "bearer")
                .put("expires_in", expires.getEpochSecond() - now.getEpochSecond())
                .put("expires_at", expires.getEpochSecond())
                .node())
        .header("Cache-Control", "no-store");
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private static ApiException refused(String why) {
    return AuthError.badRequest(AuthCode.INVALID_CREDENTIALS, why);
  }
}
