package io.stabbur.auth.passkey;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Grant;
import io.stabbur.auth.session.IssuedSession;
import io.stabbur.auth.session.Issuer;
import io.stabbur.auth.webauthn.WebAuthn;
import io.stabbur.platform.db.Transaction;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.List;

/// Sign-in with a passkey: the authenticator says whose it is, and proves it.
@Singleton
final class PasskeySignIn {
  private static final String METHOD = "passkey";
  private final WebAuthn webAuthn;
  private final Issuer issuer;
  private final Audit audit;

  PasskeySignIn(WebAuthn webAuthn, Issuer issuer, Audit audit) {
    this.webAuthn = webAuthn;
    this.issuer = issuer;
    this.audit = audit;
  }

  JsonNode options(AuthRequest authRequest) {
    var challenge = WebAuthn.freshChallenge();
    var expires = authRequest.now().plus(webAuthn.challengeLife());
    var use = PasskeyChallenges.Use.AUTHENTICATION;
    var id =
        authRequest.write(
            tx ->
                new PasskeyChallenges(tx).begin(use, null, challenge, authRequest.now(), expires));
    return new Fields()
        .put("challenge_id", id.toString())
        .put("options", webAuthn.request(authRequest, challenge, List.of()))
        .put("expires_at", expires.getEpochSecond())
        .node();
  }

  IssuedSession verify(AuthRequest authRequest, JsonBody body) {
    var id = PasskeyChallenges.id(body);
    var use = PasskeyChallenges.Use.AUTHENTICATION;
    // taken for good, whatever the answer is
    var taken =
        authRequest.write(tx -> new PasskeyChallenges(tx).take(use, null, id, authRequest.now()));
    if (taken.expired()) {
      throw PasskeyChallenges.expired();
    }
    return authRequest.write(
        tx -> signIn(tx, authRequest, taken.challenge(), body.object("credential")));
  }

  private IssuedSession signIn(
      Transaction tx, AuthRequest authRequest, String challenge, JsonNode answer) {
    var passkeys = new Passkeys(tx);
    var passkey =
        passkeys
            .locked(bytes(WebAuthn.credentialOf(answer)))
            .filter(one -> WebAuthn.names(answer, one.userId()))
            .orElseThrow(PasskeyChallenges::wrong);
    var after =
        webAuthn
            .proved(authRequest, challenge, answer, passkey.key())
            .orElseThrow(PasskeyChallenges::wrong);
    var user = new Users(tx).byId(passkey.userId()).orElseThrow(PasskeyChallenges::wrong);
    requireUsable(authRequest, user);
    passkeys.used(passkey, after);
    var traits = new Fields().put("passkey_id", passkey.id().toString());
    audit.write(tx, authRequest, Audit.Action.LOGIN, user, traits.node());
    return issuer.in(tx, authRequest).begin(Grant.of(user, METHOD));
  }

  private static byte[] bytes(String id) {
    try {
      return Base64.getUrlDecoder().decode(id);
    } catch (IllegalArgumentException _) {
      throw PasskeyChallenges.wrong();
    }
  }

  private static void requireUsable(AuthRequest authRequest, User user) {
    if (!user.email().isEmpty() && !user.emailConfirmed()) {
      throw AuthError.forbidden(AuthCode.EMAIL_NOT_CONFIRMED, "Email not confirmed");
    }
    if (!user.phone().isEmpty() && !user.phoneConfirmed()) {
      throw AuthError.forbidden(AuthCode.PHONE_NOT_CONFIRMED, "Phone not confirmed");
    }
    if (user.banned(authRequest.now())) {
      throw AuthError.forbidden(AuthCode.USER_BANNED, "User is banned");
    }
  }
}
