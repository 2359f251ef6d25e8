package io.stabbur.auth.passkey;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Visit;
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

  JsonNode options(Visit visit) {
    var challenge = WebAuthn.freshChallenge();
    var expires = visit.now().plus(webAuthn.challengeLife());
    return visit.write(
        tx -> {
          var user = managing(tx, visit);
          var known = room(tx, user).stream().map(Passkey::key).toList();
          var use = PasskeyChallenges.Use.REGISTRATION;
          var id = new PasskeyChallenges(tx).begin(use, user.id(), challenge, visit.now(), expires);
          var options =
              webAuthn.creation(visit, user, challenge, known, WebAuthn.Discoverable.REQUIRED);
          return new Fields()
              .put("challenge_id", id.toString())
              .put("options", options)
              .put("expires_at", expires.getEpochSecond())
              .node();
        });
  }

  private User managing(Transaction tx, Visit visit) {
    var signedIn = bearers.requireNamed(tx, visit);
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

  JsonNode verify(Visit visit, JsonBody body) {
    var id = PasskeyChallenges.id(body);
    var user = visit.read(tx -> managing(tx, visit));
    var use = PasskeyChallenges.Use.REGISTRATION;
    var taken = visit.write(tx -> new PasskeyChallenges(tx).take(use, user.id(), id, visit.now()));
    if (taken.expired()) {
      throw PasskeyChallenges.expired();
    }
    var key =
        webAuthn
            .created(visit, taken.challenge(), body.object("credential"))
            .orElseThrow(PasskeyChallenges::wrong);
    return visit.write(tx -> added(tx, visit, key)).json();
  }

  private Passkey added(Transaction tx, Visit visit, PublicKey key) {
    // others may add one at the same time
    var user = new Users(tx).locked(managing(tx, visit).id());
    var _ = room(tx, user);
    var passkey =
        new Passkeys(tx)
            .add(user.id(), key, "Passkey")
            .orElseThrow(
                () ->
                    AuthError.unprocessable(
                        AuthCode.WEBAUTHN_CREDENTIAL_EXISTS,
                        "This credential is already registered"));
    audit.write(tx, visit, Audit.Action.PASSKEY_CREATED, user, traits(passkey));
    return passkey;
  }

  JsonNode list(Visit visit) {
    return visit.read(
        tx -> listed(new Passkeys(tx).ofUser(bearers.require(tx, visit).user().id())));
  }

  private static JsonNode listed(List<Passkey> passkeys) {
    return JsonNode.createArrayNode(passkeys.stream().map(Passkey::json).toList());
  }

  JsonNode rename(Visit visit, String id, JsonBody body) {
    var name = body.text("friendly_name");
    if (name.isEmpty()) {
      throw AuthError.invalid("friendly_name is required");
    }
    if (name.length() > LONGEST_NAME) {
      throw AuthError.invalid("friendly_name must be 120 characters or less");
    }
    return visit.write(
        tx -> {
          var user = bearers.require(tx, visit).user();
          var passkey = find(tx, user.id(), id);
          new Passkeys(tx).rename(passkey, name);
          audit.write(tx, visit, Audit.Action.PASSKEY_UPDATED, user, traits(passkey));
          return find(tx, user.id(), id).json();
        });
  }

  void delete(Visit visit, String id) {
    visit.write(
        tx -> {
          var signedIn = bearers.require(tx, visit);
          requireStrong(signedIn);
          var passkey = find(tx, signedIn.user().id(), id);
          new Passkeys(tx).delete(passkey);
          audit.write(tx, visit, Audit.Action.PASSKEY_DELETED, signedIn.user(), traits(passkey));
          return true;
        });
  }

  /// The passkeys of a user, for administrators.
  JsonNode list(Visit visit, String user) {
    return visit.read(tx -> listed(new Passkeys(tx).ofUser(user(tx, user))));
  }

  /// Removes a passkey of a user, for administrators.
  void delete(Visit visit, String user, String id) {
    visit.write(
        tx -> {
          var passkey = find(tx, user(tx, user), id);
          new Passkeys(tx).delete(passkey);
          audit.write(tx, visit, Audit.Action.PASSKEY_DELETED, null, traits(passkey));
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
