package io.stabbur.auth.oauth;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.User;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.session.Issuer;
import io.stabbur.auth.session.Minter;
import io.stabbur.identity.KeySet;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Who signed in, said to the program that asked: OpenID Connect's id token, and the same claims at
/// `GET /oauth/userinfo`. Only what the scopes name is told.
@Singleton
final class IdTokens {
  private static final Duration LIFE = Duration.ofHours(1);
  private final Issuer issuer;
  private final Minter minter;

  IdTokens(Issuer issuer, Minter minter) {
    this.issuer = issuer;
    this.minter = minter;
  }

  /// A program cannot check a token that is signed with a secret it does not know.
  static Optional<OAuthFault> fault(Minter minter, Project project, Scopes scopes) {
    return scopes.has(Scopes.OPENID) && minter.algorithm(project).equals("HS256")
        ? Optional.of(
            new OAuthFault("invalid_scope", "openid needs a signing key other than HS256"))
        : Optional.empty();
  }

  String sign(AuthRequest authRequest, User user, OAuthClient client, Authorization authorization) {
    var now = authRequest.now();
    var signedIn = user.time("last_sign_in_at");
    var claims =
        new Fields()
            .put("iss", issuer.name(authRequest.project()))
            .put("sub", user.id().toString())
            .put("aud", client.id().toString())
            .put("exp", now.plus(LIFE).getEpochSecond())
            .put("iat", now.getEpochSecond())
            .put("auth_time", (signedIn == null ? now : signedIn).getEpochSecond())
            .put("client_id", client.id().toString())
            // signed like access tokens, and none: whoever it was given to may not act with it
            .put(KeySet.USE, KeySet.IDENTITY)
            .maybe("nonce", authorization.nonce());
    var scopes = authorization.scopes();
    if (scopes.has(Scopes.EMAIL)) {
      claims.maybe("email", user.email()).put("email_verified", user.emailConfirmed());
    }
    if (scopes.has(Scopes.PHONE)) {
      claims
          .maybe("phone_number", user.phone())
          .put("phone_number_verified", user.phoneConfirmed());
    }
    if (scopes.has(Scopes.PROFILE)) {
      profile(claims, user);
    }
    return minter.sign(authRequest.project(), claims.node());
  }

  private static void profile(Fields claims, User user) {
    var updated = user.time("updated_at");
    claims
        .maybe("name", first(user, user.email(), "name"))
        .maybe("picture", first(user, "", "picture", "avatar_url"))
        .maybe("preferred_username", first(user, "", "preferred_username", "username"))
        .put("updated_at", (updated == null ? Instant.EPOCH : updated).getEpochSecond());
  }

  private static String first(User user, String otherwise, String... names) {
    for (var name : names) {
      var value = user.userMetadata().get(name);
      if (value != null && value.isString() && !value.getStringValue().isEmpty()) {
        return value.getStringValue();
      }
    }
    return otherwise;
  }

  /// What the userinfo endpoint tells of somebody.
  static JsonNode userInfo(User user, Scopes scopes) {
    var info = new Fields().put("sub", user.id().toString());
    if (scopes.has(Scopes.EMAIL)) {
      info.maybe("email", user.email());
      if (user.emailConfirmed()) {
        info.put("email_verified", true);
      }
    }
    if (scopes.has(Scopes.PROFILE)) {
      profile(info, user);
      info.put("user_metadata", user.userMetadata());
    }
    if (scopes.has(Scopes.PHONE)) {
      info.maybe("phone", user.phone()).maybe("phone_number", user.phone());
      if (user.phoneConfirmed()) {
        info.put("phone_verified", true).put("phone_number_verified", true);
      }
    }
    return info.node();
  }
}
