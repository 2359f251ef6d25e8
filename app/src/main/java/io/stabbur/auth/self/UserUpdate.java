package io.stabbur.auth.self;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Addresses;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.UserChange;
import io.stabbur.auth.account.UserColumn;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.code.AccountEvent;
import io.stabbur.auth.code.CodeGuesses;
import io.stabbur.auth.code.Confirmations;
import io.stabbur.auth.code.OneTimeTokens;
import io.stabbur.auth.code.Revocations;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.Delivery;
import io.stabbur.auth.mail.MailKind;
import io.stabbur.auth.mail.Messages;
import io.stabbur.auth.mail.Outbox;
import io.stabbur.auth.password.PasswordSettings;
import io.stabbur.auth.password.Passwords;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.Pkce;
import io.stabbur.auth.session.Session;
import io.stabbur.auth.session.SignedIn;
import io.stabbur.auth.signup.Autoconfirm;
import io.stabbur.auth.signup.NewAddresses;
import io.stabbur.auth.signup.Ownerships;
import io.stabbur.auth.signup.SignUp;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/// People changing their own account.
@Singleton
public final class UserUpdate {
  private final AuthSettings settings;
  private final PasswordSettings policy;
  private final Autoconfirm autoconfirm;
  private final Passwords passwords;
  private final NewAddresses addresses;
  private final Bearers bearers;
  private final Ownerships ownerships;
  private final Messages messages;
  private final Delivery delivery;
  private final Audit audit;

  UserUpdate(
      AuthSettings settings,
      PasswordSettings policy,
      Autoconfirm autoconfirm,
      Passwords passwords,
      NewAddresses addresses,
      Bearers bearers,
      Ownerships ownerships,
      Messages messages,
      Delivery delivery,
      Audit audit) {
    this.settings = settings;
    this.policy = policy;
    this.autoconfirm = autoconfirm;
    this.passwords = passwords;
    this.addresses = addresses;
    this.bearers = bearers;
    this.ownerships = ownerships;
    this.messages = messages;
    this.delivery = delivery;
    this.audit = audit;
  }

  /// What is to change, checked as far as that needs no user; "" leaves a thing as it is.
  private record Request(
      String email,
      String phone,
      String password,
      String passwordHash,
      String currentPassword,
      String nonce,
      Optional<JsonNode> data,
      Optional<JsonNode> appData,
      String channel,
      Optional<Pkce> pkce) {}

  public User update(AuthRequest authRequest, JsonBody body) {
    // nobody makes the server hash a password before showing who they are
    var asking = authRequest.read(tx -> bearers.require(tx, authRequest)).user();
    var request = read(body);
    if (!request.nonce.isEmpty()) {
      guess(authRequest, asking);
    }
    return delivery.write(
        authRequest,
        (tx, outbox) -> {
          var signedIn = bearers.require(tx, authRequest);
          requireAllowed(tx, authRequest, signedIn, request);
          return change(tx, outbox, authRequest, signedIn, request);
        });
  }

  private static void guess(AuthRequest authRequest, User user) {
    var token = user.text("reauthentication_token");
    var kind = OneTimeTokens.Kind.REAUTHENTICATION.wire();
    if (!authRequest.write(
        tx -> new CodeGuesses(tx).count(user.id(), kind, token, authRequest.now()))) {
      throw invalidNonce();
    }
  }

  private static ApiException invalidNonce() {
    return AuthError.unprocessable(
        AuthCode.REAUTHENTICATION_NOT_VALID, "Nonce has expired or is invalid");
  }

  private Request read(JsonBody body) {
    var password = body.text("password");
    if (body.has("password")) {
      passwords.check(password);
    }
    return new Request(
        body.text("email").isEmpty() ? "" : addresses.email(body.text("email")),
        body.text("phone").isEmpty() ? "" : Addresses.phone(body.text("phone")),
        password,
        password.isEmpty() ? "" : passwords.hash(password),
        body.text("current_password"),
        body.text("nonce"),
        body.has("data") ? Optional.of(body.object("data")) : Optional.empty(),
        body.has("app_metadata") ? Optional.of(body.object("app_metadata")) : Optional.empty(),
        SignUp.channel(body.text("channel")),
        Pkce.of(body.text("code_challenge"), body.text("code_challenge_method")));
  }

  private void requireAllowed(
      Transaction tx, AuthRequest authRequest, SignedIn signedIn, Request request) {
    var user = signedIn.user();
    boolean newEmail = !request.email.isEmpty() && !request.email.equals(user.email());
    boolean newPhone = !request.phone.isEmpty() && !request.phone.equals(user.phone());
    boolean identifying = newEmail || newPhone || !request.password.isEmpty();
    if (request.appData.isPresent() && !settings.adminRoles().contains(user.role())) {
      throw AuthError.forbidden(
          AuthCode.NOT_ADMIN, "Updating app_metadata requires admin privileges");
    }
    if (identifying && !signedIn.strongEnough()) {
      throw AuthError.unauthorized(
          AuthCode.INSUFFICIENT_AAL,
          "AAL2 session is required to update email or password when MFA is enabled.");
    }
    requireContact(user, request);
    if (user.sso() && (identifying || !request.nonce.isEmpty())) {
      throw AuthError.unprocessable(
          AuthCode.USER_SSO_MANAGED,
          "Updating email, phone, password of a SSO account only possible via SSO");
    }
    requireUnused(tx, user, newEmail ? request.email : "", newPhone ? request.phone : "");
    if (!request.password.isEmpty()) {
      allowPassword(tx, authRequest, user, signedIn.session(), request);
    }
  }

  private static void requireContact(User user, Request request) {
    if (user.anonymous()
        && !request.password.isEmpty()
        && request.email.isEmpty()
        && request.phone.isEmpty()) {
      throw AuthError.unprocessable(
          AuthCode.VALIDATION_FAILED,
          "Updating password of an anonymous user without an email or phone is not allowed");
    }
  }

  private static void requireUnused(Transaction tx, User user, String email, String phone) {
    var users = new Users(tx);
    if (!email.isEmpty() && users.emailTaken(email, user.id())) {
      throw AuthError.unprocessable(
          AuthCode.EMAIL_EXISTS, "A user with this email address has already been registered");
    }
    if (!phone.isEmpty() && users.phoneTaken(phone, user.id())) {
      throw AuthError.unprocessable(
          AuthCode.PHONE_EXISTS, "A user with this phone number has already been registered");
    }
  }

  private void allowPassword(
      Transaction tx,
      AuthRequest authRequest,
      User user,
      Optional<Session> session,
      Request request) {
    boolean old =
        session
            .map(s -> authRequest.now().isAfter(s.createdAt().plus(Duration.ofDays(1))))
            .orElse(true);
    if (policy.reauthentication() && old) {
      checkNonce(tx, authRequest, user, request.nonce);
    }
    if (!user.hasPassword()) {
      return;
    }
    if (policy.currentRequired() && !session.map(Session::isRecovery).orElse(false)) {
      if (request.currentPassword.isEmpty()) {
        throw AuthError.badRequest(
            AuthCode.CURRENT_PASSWORD_REQUIRED,
            "Current password required when setting new password.");
      }
      if (!passwords.matches(request.currentPassword, user.password())) {
        throw AuthError.badRequest(
            AuthCode.CURRENT_PASSWORD_INVALID,
            "Current password required when setting new password.");
      }
    }
    if (passwords.matches(request.password, user.password())) {
      throw AuthError.unprocessable(
          AuthCode.SAME_PASSWORD, "New password should be different from the old password.");
    }
  }

  private void checkNonce(Transaction tx, AuthRequest authRequest, User user, String nonce) {
    if (nonce.isEmpty()) {
      throw AuthError.badRequest(
          AuthCode.REAUTHENTICATION_NEEDED, "Password update requires reauthentication");
    }
    var address = user.email().isEmpty() ? user.phone() : user.email();
    var sentAt = user.time("reauthentication_sent_at");
    var stored = user.text("reauthentication_token");
    boolean good =
        !stored.isEmpty()
            && OneTimeTokens.hashes(authRequest.project(), address, nonce).contains(stored)
            && !(user.email().isEmpty()
                ? messages.expiredText(sentAt, authRequest.now())
                : messages.expiredCode(sentAt, authRequest.now()));
    if (!good) {
      throw invalidNonce();
    }
    new CodeGuesses(tx).forget(user.id(), OneTimeTokens.Kind.REAUTHENTICATION.wire());
    new Users(tx).write(user.id(), new UserChange().set(UserColumn.REAUTHENTICATION_TOKEN, ""));
    new OneTimeTokens(tx).clear(user.id(), OneTimeTokens.Kind.REAUTHENTICATION);
  }

  private User change(
      Transaction tx, Outbox outbox, AuthRequest authRequest, SignedIn signedIn, Request request) {
    var users = new Users(tx);
    var user = signedIn.user();
    var columns = new UserChange();
    request.data.ifPresent(
        data ->
            columns.set(
                UserColumn.RAW_USER_META_DATA, Fields.of(user.userMetadata()).merge(data).node()));
    request.appData.ifPresent(
        data ->
            columns.set(
                UserColumn.RAW_APP_META_DATA, Fields.of(user.appMetadata()).merge(data).node()));
    if (!request.password.isEmpty()) {
      columns.set(UserColumn.ENCRYPTED_PASSWORD, request.passwordHash);
      passwordChanged(tx, outbox, authRequest, signedIn);
    }
    var changed = users.update(user, columns);
    if (!request.email.isEmpty() && !request.email.equals(user.email())) {
      changeEmail(tx, outbox, authRequest, changed, request);
    }
    if (!request.phone.isEmpty() && !request.phone.equals(user.phone())) {
      changePhone(tx, outbox, authRequest, changed, request);
    }
    audit.write(tx, authRequest, Audit.Action.USER_MODIFIED, user);
    return users.get(user.id());
  }

  private void passwordChanged(
      Transaction tx, Outbox outbox, AuthRequest authRequest, SignedIn signedIn) {
    var user = signedIn.user();
    new Revocations(tx)
        .after(AccountEvent.PASSWORD_CHANGED, user.id(), signedIn.session().map(Session::id));
    audit.write(tx, authRequest, Audit.Action.USER_UPDATED_PASSWORD, user);
    messages.notice(
        tx, outbox, authRequest, user, MailKind.PASSWORD_CHANGED, new Fields(), user.email());
  }

  private void changeEmail(
      Transaction tx, Outbox outbox, AuthRequest authRequest, User user, Request request) {
    // permanent users always confirm; an anonymous one with autoconfirm is in effect signing up
    if (user.anonymous() && autoconfirm.email()) {
      var ownership = ownerships.in(tx);
      var changed =
          new Confirmations(ownership, authRequest.now()).changeEmail(user, request.email);
      ownership.readdressed(user.id());
      new Users(tx).syncProviders(changed);
    } else {
      messages.emailChange(tx, outbox, authRequest, user, request.email, request.pkce);
    }
  }

  private void changePhone(
      Transaction tx, Outbox outbox, AuthRequest authRequest, User user, Request request) {
    if (settings.phoneAutoconfirm()) {
      var ownership = ownerships.in(tx);
      var changed =
          new Confirmations(ownership, authRequest.now()).changePhone(user, request.phone);
      if (user.email().isEmpty()) {
        ownership.readdressed(user.id());
      }
      new Users(tx).syncProviders(changed);
    } else {
      messages.phoneChange(tx, outbox, authRequest, user, request.phone, request.channel);
    }
  }
}
