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
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.SignedIn;
import io.stabbur.auth.webauthn.PublicKey;
import io.stabbur.auth.webauthn.WebAuthn;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Uuids;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/// What people do with their own passkeys: add, see, rename and remove them. Somebody who has a
/// second factor must have shown it to add or remove one.
@Singleton
final class PasskeyRegistration {
  private static final int LONGEST_NAME = 120;
  private final PasskeySettings settings;
  private final WebAuthn webAuthn;
  private final Bearers bearers;
  private final Audit audit;

  PasskeyRegistration(PasskeySettings settings, WebAuthn webAuthn, Bearers bearers, Audit audit) {
    this.settings = settings;
    this.webAuthn = webAuthn;
    this.bearers = bearers;
    this.audit = audit;
  }

  JsonNode options(AuthRequest authRequest) {
    var challenge = WebAuthn.freshChallenge();
    var expires = authRequest.now().plus(webAuthn.challengeLife());
    return authRequest.write(
        tx -> {
          var user = managing(tx, authRequest);
          var known = room(tx, user).stream().map(Passkey::key).toList();
          var use = PasskeyChallenges.Use.REGISTRATION;
          var id =
              new PasskeyChallenges(tx)
                  .begin(use, user.id(), challenge, authRequest.now(), expires);
          var options =
              webAuthn.creation(
                  authRequest, user, challenge, known, WebAuthn.Discoverable.REQUIRED);
          return new Fields()
              .put("challenge_id", id.toString())
              .put("options", options)
              .put("expires_at", expires.getEpochSecond())
              .node();
        });
  }

  private User managing(Transaction tx, AuthRequest authRequest) {
    var signedIn = bearers.requireNamed(tx, authRequest);
    if (signedIn.user().sso()) {
      throw AuthError.unprocessable(
          AuthCode.VALIDATION_FAILED, "SSO users cannot register passkeys");
    }
    requireStrong(signedIn);
    return signedIn.user();
  }

  private static void requireStrong(SignedIn signedIn) {
    if (!signedIn.strongEnough()) {
      throw AuthError.forbidden(
          AuthCode.INSUFFICIENT_AAL,
          "AAL2 session is required to manage passkeys when MFA is enabled");
    }
  }

  /// The passkeys somebody has, of which there must be room for one more.
  private List<Passkey> room(Transaction tx, User user) {
    var known = new Passkeys(tx).ofUser(user.id());
    if (known.size() >= settings.most()) {
      throw AuthError.unprocessable(
          AuthCode.TOO_MANY_PASSKEYS, "Maximum number of passkeys reached");
    }
    return known;
  }

  JsonNode verify(AuthRequest authRequest, JsonBody body) {
    var id = PasskeyChallenges.id(body);
    var user = authRequest.read(tx -> managing(tx, authRequest));
    var use = PasskeyChallenges.Use.REGISTRATION;
    var taken =
        authRequest.write(
            tx -> new PasskeyChallenges(tx).take(use, user.id(), id, authRequest.now()));
    if (taken.expired()) {
      throw PasskeyChallenges.expired();
    }
    var key =
        webAuthn
            .created(authRequest, taken.challenge(), body.object("credential"))
            .orElseThrow(PasskeyChallenges::wrong);
    return authRequest.write(tx -> added(tx, authRequest, key)).json();
  }

  private Passkey added(Transaction tx, AuthRequest authRequest, PublicKey key) {
    // others may add one at the same time
    var user = new Users(tx).locked(managing(tx, authRequest).id());
    var _ = room(tx, user);
    var passkey =
        new Passkeys(tx)
            .add(user.id(), key, "Passkey")
            .orElseThrow(
                () ->
                    AuthError.unprocessable(
                        AuthCode.WEBAUTHN_CREDENTIAL_EXISTS,
                        "This credential is already registered"));
    audit.write(tx, authRequest, Audit.Action.PASSKEY_CREATED, user, traits(passkey));
    return passkey;
  }

  JsonNode list(AuthRequest authRequest) {
    return authRequest.read(
        tx -> listed(new Passkeys(tx).ofUser(bearers.require(tx, authRequest).user().id())));
  }

  private static JsonNode listed(List<Passkey> passkeys) {
    return JsonNode.createArrayNode(passkeys.stream().map(Passkey::json).toList());
  }

  JsonNode rename(AuthRequest authRequest, String id, JsonBody body) {
    var name = body.text("friendly_name");
    if (name.isEmpty()) {
      throw AuthError.invalid("friendly_name is required");
    }
    if (name.length() > LONGEST_NAME) {
      throw AuthError.invalid("friendly_name must be 120 characters or less");
    }
    return authRequest.write(
        tx -> {
          var user = bearers.require(tx, authRequest).user();
          var passkey = find(tx, user.id(), id);
          new Passkeys(tx).rename(passkey, name);
          audit.write(tx, authRequest, Audit.Action.PASSKEY_UPDATED, user, traits(passkey));
          return find(tx, user.id(), id).json();
        });
  }

  void delete(AuthRequest authRequest, String id) {
    authRequest.write(
        tx -> {
          var signedIn = bearers.require(tx, authRequest);
          requireStrong(signedIn);
          var passkey = find(tx, signedIn.user().id(), id);
          new Passkeys(tx).delete(passkey);
          audit.write(
              tx, authRequest, Audit.Action.PASSKEY_DELETED, signedIn.user(), traits(passkey));
          return true;
        });
  }

  /// The passkeys of a user, for administrators.
  JsonNode list(AuthRequest authRequest, String user) {
    return authRequest.read(tx -> listed(new Passkeys(tx).ofUser(user(tx, user))));
  }

  /// Removes a passkey of a user, for administrators.
  void delete(AuthRequest authRequest, String user, String id) {
    authRequest.write(
        tx -> {
          var passkey = find(tx, user(tx, user), id);
          new Passkeys(tx).delete(passkey);
          audit.write(tx, authRequest, Audit.Action.PASSKEY_DELETED, null, traits(passkey));
          return true;
        });
  }

  private static UUID user(Transaction tx, String id) {
    var uuid =
        Uuids.parse(id)
            .orElseThrow(
                () -> AuthError.notFound(AuthCode.VALIDATION_FAILED, "user_id must be an UUID"));
    return new Users(tx)
        .byId(uuid)
        .map(User::id)
        .orElseThrow(() -> AuthError.notFound(AuthCode.USER_NOT_FOUND, "User not found"));
  }

  private static Passkey find(Transaction tx, UUID user, String id) {
    return Uuids.parse(id)
        .flatMap(uuid -> new Passkeys(tx).ofUser(user, uuid))
        .orElseThrow(PasskeyRegistration::unknown);
  }

  private static ApiException unknown() {
    return AuthError.notFound(AuthCode.VALIDATION_FAILED, "Passkey not found");
  }

  private static JsonNode traits(Passkey passkey) {
    return new Fields().put("passkey_id", passkey.id().toString()).node();
  }
}
