package io.stabbur.auth.signin;

import io.stabbur.auth.account.Addresses;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.NewUser;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.code.Confirmations;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.Delivery;
import io.stabbur.auth.mail.Messages;
import io.stabbur.auth.mail.Outbox;
import io.stabbur.auth.mail.SendPermits;
import io.stabbur.auth.password.ConstantTime;
import io.stabbur.auth.password.Passwords;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Pkce;
import io.stabbur.auth.signup.Autoconfirm;
import io.stabbur.auth.signup.Ownerships;
import io.stabbur.auth.signup.SignUp;
import io.stabbur.auth.signup.UserCreation;
import io.stabbur.platform.db.Transaction;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/// Requests that send a code or a link. They tell nobody whether an address is known, unless a
/// client asks not to create an account: the contract wants that refused for an unknown address.
@Singleton
public final class OneTimePasswords {
  private final AuthSettings settings;
  private final Autoconfirm autoconfirm;
  private final Passwords passwords;
  private final UserCreation accounts;
  private final Ownerships ownerships;
  private final Messages messages;
  private final SendPermits permits;
  private final ConstantTime constantTime;
  private final Delivery delivery;
  private final Audit audit;

  OneTimePasswords(
      AuthSettings settings,
      Autoconfirm autoconfirm,
      Passwords passwords,
      UserCreation accounts,
      Ownerships ownerships,
      Messages messages,
      SendPermits permits,
      ConstantTime constantTime,
      Delivery delivery,
      Audit audit) {
    this.settings = settings;
    this.autoconfirm = autoconfirm;
    this.passwords = passwords;
    this.accounts = accounts;
    this.ownerships = ownerships;
    this.messages = messages;
    this.permits = permits;
    this.constantTime = constantTime;
    this.delivery = delivery;
    this.audit = audit;
  }

  /// `POST /otp`: signs in, or up, without a password.
  public void send(AuthRequest authRequest, JsonBody body) {
    var email = body.text("email");
    var phone = body.text("phone");
    if (!email.isEmpty() && !phone.isEmpty()) {
      throw AuthError.invalid("Only an email address or phone number should be provided");
    }
    if (email.isEmpty() && phone.isEmpty()) {
      throw AuthError.invalid("One of email or phone must be set");
    }
    if (!email.isEmpty() && !body.text("channel").isEmpty()) {
      throw AuthError.invalid("Channel should only be specified with Phone OTP");
    }
    if (email.isEmpty()) {
      sendText(authRequest, body, phone);
    } else {
      sendMail(authRequest, body, email);
    }
  }

  private void sendMail(AuthRequest authRequest, JsonBody body, String given) {
    if (!settings.email()) {
      throw AuthError.unprocessable(AuthCode.EMAIL_PROVIDER_DISABLED, "Email logins are disabled");
    }
    var email = Addresses.email(given);
    var pkce = pkce(body);
    permits.requireMail();
    permits.mail(authRequest, "otp", email);
    var _ =
        constantTime.run(
            () -> {
              // hashed whether it is needed or not, so that the load does not tell either
              var hash = passwords.hash(passwords.unguessable());
              return delivery.writeBeforeSending(
                  authRequest,
                  (tx, outbox) -> {
                    var found = new Users(tx).byEmail(email);
                    var user =
                        found.orElseGet(() -> create(tx, authRequest, body, email, "", hash));
                    if (found.isEmpty() || user.audience().equals(authRequest.audience())) {
                      mail(tx, outbox, authRequest, user, pkce);
                    }
                    return true;
                  });
            });
  }

  /// A confirmed user gets a sign-in link, a new one the mail that confirms the address.
  private void mail(
      Transaction tx, Outbox outbox, AuthRequest authRequest, User user, Optional<Pkce> pkce) {
    if (!user.emailConfirmed()) {
      ownerships.in(tx).dispute(user.id());
    }
    if (!user.emailConfirmed() && !autoconfirm.email()) {
      audit.write(tx, authRequest, Audit.Action.USER_CONFIRMATION_REQUESTED, user);
      messages.confirmation(tx, outbox, authRequest, user, pkce);
      return;
    }
    var ready =
        user.emailConfirmed()
            ? user
            : new Confirmations(ownerships.in(tx), authRequest.now()).email(user);
    audit.write(tx, authRequest, Audit.Action.USER_RECOVERY_REQUESTED, ready);
    messages.magicLink(tx, outbox, authRequest, ready, pkce);
  }

  private void sendText(AuthRequest authRequest, JsonBody body, String given) {
    if (!settings.phone()) {
      throw AuthError.badRequest(AuthCode.PHONE_PROVIDER_DISABLED, "Unsupported phone provider");
    }
    var phone = Addresses.phone(given);
    var channel = SignUp.channel(body.text("channel"));
    permits.requireText(phone);
    permits.text(authRequest, "otp", phone);
    var _ =
        constantTime.run(
            () -> {
              var hash = passwords.hash(passwords.unguessable());
              return delivery.writeBeforeSending(
                  authRequest,
                  (tx, outbox) -> {
                    var found = new Users(tx).byPhone(phone);
                    var user =
                        found.orElseGet(() -> create(tx, authRequest, body, "", phone, hash));
                    if (found.isEmpty() || user.audience().equals(authRequest.audience())) {
                      text(tx, outbox, authRequest, user, channel);
                    }
                    return true;
                  });
            });
  }

  private void text(
      Transaction tx, Outbox outbox, AuthRequest authRequest, User user, String channel) {
    if (!user.phoneConfirmed()) {
      ownerships.in(tx).dispute(user.id());
    }
    audit.write(
        tx,
        authRequest,
        Audit.Action.USER_RECOVERY_REQUESTED,
        user,
        new Fields().put("channel", channel).node());
    messages.phoneCode(tx, outbox, authRequest, user, channel);
  }

  private User create(
      Transaction tx,
      AuthRequest authRequest,
      JsonBody body,
      String email,
      String phone,
      String hash) {
    if (!settings.signup()) {
      throw AuthError.unprocessable(
          AuthCode.SIGNUP_DISABLED, "Signups not allowed for this instance");
    }
    if (!body.flag("create_user", true)) {
      throw AuthError.unprocessable(AuthCode.OTP_DISABLED, "Signups not allowed for otp");
    }
    var id = UUID.randomUUID();
    var claims = NewUser.firstIdentity(id, email, phone, body.object("data"));
    var newUser =
        new NewUser(
            id,
            settings.audience(),
            settings.defaultRole(),
            email,
            phone,
            hash,
            email.isEmpty() ? "phone" : "email",
            claims,
            NewUser.nothing(),
            NewUser.Kind.PERMANENT);
    return accounts.create(tx, authRequest, newUser, id.toString(), claims);
  }

  /// `POST /recover`: silent when nobody has the address.
  public void recover(AuthRequest authRequest, JsonBody body) {
    if (body.text("email").isEmpty()) {
      throw AuthError.invalid("Password recovery requires an email");
    }
    var email = Addresses.email(body.text("email"));
    var pkce = pkce(body);
    permits.mail(authRequest, "recover", email);
    delivery.writeLater(
        authRequest,
        (tx, outbox) ->
            new Users(tx)
                .byEmail(email)
                .filter(user -> user.audience().equals(authRequest.audience()))
                .ifPresent(
                    user -> {
                      audit.write(tx, authRequest, Audit.Action.USER_RECOVERY_REQUESTED, user);
                      messages.recovery(tx, outbox, authRequest, user, pkce);
                    }));
  }

  /// `POST /resend`: silent when there is nothing to send again.
  public void resend(AuthRequest authRequest, JsonBody body) {
    var email = body.text("email");
    var phone = body.text("phone");
    var type = body.text("type");
    switch (type) {
      case "signup", "email_change" -> {
        if (email.isEmpty()) {
          throw AuthError.invalid("Type provided requires an email address");
        }
      }
      case "sms", "phone_change" -> {
        if (phone.isEmpty()) {
          throw AuthError.invalid("Type provided requires a phone number");
        }
      }
      default ->
          throw AuthError.invalid(
              "Missing one of these types: signup, email_change, sms, phone_change");
    }
    if (!email.isEmpty() && !phone.isEmpty()) {
      throw AuthError.invalid("Only an email address or phone number should be provided.");
    }
    var pkce = pkce(body);
    if (phone.isEmpty()) {
      var address = Addresses.email(email);
      permits.mail(authRequest, "resend " + type, address);
      delivery.writeLater(
          authRequest, (tx, outbox) -> resend(tx, outbox, authRequest, type, address, "", pkce));
    } else {
      var number = Addresses.phone(phone);
      permits.text(authRequest, "resend " + type, number);
      delivery.writeLater(
          authRequest, (tx, outbox) -> resend(tx, outbox, authRequest, type, "", number, pkce));
    }
  }

  private void resend(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      String type,
      String email,
      String phone,
      Optional<Pkce> pkce) {
    var users = new Users(tx);
    var found =
        email.isEmpty() ? phone(users, type, phone, authRequest.audience()) : users.byEmail(email);
    var known = found.filter(user -> user.audience().equals(authRequest.audience()));
    if (known.isEmpty()) {
      return;
    }
    var user = known.get();
    switch (type) {
      case "signup" -> {
        if (!user.emailConfirmed()) {
          ownerships.in(tx).claim(user.id());
          audit.write(tx, authRequest, Audit.Action.USER_CONFIRMATION_REQUESTED, user);
          messages.confirmation(tx, outbox, authRequest, user, pkce);
        }
      }
      case "email_change" -> {
        if (!user.text("email_change").isEmpty()) {
          messages.emailChange(tx, outbox, authRequest, user, user.text("email_change"), pkce);
        }
      }
      case "sms" -> {
        if (!user.phoneConfirmed()) {
          audit.write(tx, authRequest, Audit.Action.USER_RECOVERY_REQUESTED, user);
          messages.phoneCode(tx, outbox, authRequest, user, "sms");
        }
      }
      default ->
          messages.phoneChange(tx, outbox, authRequest, user, user.text("phone_change"), "sms");
    }
  }

  private static Optional<User> phone(Users users, String type, String phone, String audience) {
    return type.equals("phone_change")
        ? users.byPendingPhone(phone, audience)
        : users.byPhone(phone);
  }

  private static Optional<Pkce> pkce(JsonBody body) {
    return Pkce.of(body.text("code_challenge"), body.text("code_challenge_method"));
  }
}
