package io.stabbur.auth.application;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.Audit;
import io.stabbur.auth.AuthCode;
import io.stabbur.auth.AuthError;
import io.stabbur.auth.Body;
import io.stabbur.auth.Fields;
import io.stabbur.auth.Replies;
import io.stabbur.auth.Visit;
import io.stabbur.auth.token.Minter;
import io.stabbur.auth.token.TokenGrant;
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
  public HttpResponse<?> grant(Visit visit, Body body) {
    var text = body.text("token");
    return visit.write(
        tx -> {
          var token =
              new ApplicationTokens(tx)
                  .use(text, visit.now())
                  .orElseThrow(() -> refused("Invalid application token"));
          if (token.revokedAt() != null) {
            throw refused("The application token was revoked");
          }
          if (!token.expiresAt().isAfter(visit.now())) {
            throw refused("The application token has expired");
          }
          var expires = earlier(visit.now().plus(settings.life()), token.expiresAt());
          var signed = minter.sign(visit.project(), claims.of(tx, visit, token, expires));
          audit.write(tx, visit, Audit.Action.APPLICATION_TOKEN_USED, null, token.described());
          return answer(signed, visit.now(), expires);
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
