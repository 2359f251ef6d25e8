package io.stabbur.auth.provider;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.Delivery;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Grant;
import io.stabbur.auth.session.IssuedSession;
import io.stabbur.auth.session.Issuer;
import io.stabbur.auth.session.Replies;
import io.stabbur.auth.session.TokenGrant;
import io.stabbur.identity.Claims;
import io.stabbur.identity.TokenError;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// Signs in with an id token an app got from a provider by itself.
@Singleton
final class IdTokenGrant implements TokenGrant {
  private final Providers providers;
  private final ExternalAccounts accounts;
  private final Bearers bearers;
  private final Issuer issuer;
  private final Delivery delivery;

  IdTokenGrant(
      Providers providers,
      ExternalAccounts accounts,
      Bearers bearers,
      Issuer issuer,
      Delivery delivery) {
    this.providers = providers;
    this.accounts = accounts;
    this.bearers = bearers;
    this.issuer = issuer;
    this.delivery = delivery;
  }

  @Override
  public String name() {
    return "id_token";
  }

  private record Ended(Optional<IssuedSession> session, Optional<ApiException> refusal) {}

  @Override
  public HttpResponse<?> grant(AuthRequest authRequest, JsonBody body) {
    if (body.text("id_token").isEmpty()) {
      throw OidcProvider.oauth("invalid request", "id_token required");
    }
    if (body.text("provider").isEmpty()
        && (body.text("client_id").isEmpty() || body.text("issuer").isEmpty())) {
      throw OidcProvider.oauth("invalid request", "provider or client_id and issuer required");
    }
    var provider =
        providers.forIdToken(body.text("provider"), body.text("issuer"), body.text("client_id"));
    var claims = verified(provider, body.text("id_token"));
    checkNonce(provider, body, claims);
    checkAccessToken(claims, body.text("access_token"));
    var profile = provider.profileOf(claims, body.text("access_token"));
    var ended =
        delivery.write(
            authRequest,
            (tx, outbox) -> {
              var found =
                  body.flag("link_identity", false)
                      ? accounts.link(
                          tx,
                          outbox,
                          authRequest,
                          bearers.require(tx, authRequest).user(),
                          provider.settings(),
                          profile)
                      : accounts.signIn(tx, outbox, authRequest, provider.settings(), profile);
              return found.refusal().isPresent()
                  ? new Ended(Optional.empty(), found.refusal())
                  : new Ended(
                      Optional.of(
                          issuer.in(tx, authRequest).begin(Grant.of(found.user(), "oauth"))),
                      Optional.empty());
            });
    if (ended.refusal.isPresent()) {
      throw ended.refusal.get();
    }
    return Replies.session(ended.session.orElseThrow());
  }

  private static Claims verified(OidcProvider provider, String idToken) {
    try {
      return provider.verified(idToken);
    } catch (ApiException e) {
      if (e.error() instanceof TokenError) {
        throw OidcProvider.oauth("invalid request", "Bad ID token");
      }
      throw e;
    }
  }

  /// Both or neither; the token carries the hash of what the app kept to itself.
  private static void checkNonce(OidcProvider provider, JsonBody body, Claims claims) {
    if (!provider.settings().checksNonce()) {
      return;
    }
    var stated = claims.text("nonce").orElse("");
    var given = body.text("nonce");
    if (stated.isEmpty() != given.isEmpty()) {
      throw OidcProvider.oauth(
          "invalid request", "Passed nonce and nonce in id_token should either both exist or not.");
    }
    if (!given.isEmpty() && !Crypto.same(Crypto.sha256Hex(given), stated)) {
      throw OidcProvider.oauth("invalid nonce", "Nonces mismatch");
    }
  }

  private static void checkAccessToken(Claims claims, String accessToken) {
    var stated = claims.text("at_hash").orElse("");
    if (accessToken.isEmpty() || stated.isEmpty()) {
      return;
    }
    var hash = Crypto.sha256(accessToken.getBytes(StandardCharsets.US_ASCII));
    if (!Crypto.same(Crypto.base64Url(Arrays.copyOf(hash, hash.length / 2)), stated)) {
      throw AuthError.invalid("access_token does not belong to the id_token");
    }
  }
}
