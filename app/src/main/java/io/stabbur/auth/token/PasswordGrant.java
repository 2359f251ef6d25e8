package io.stabbur.auth.token;

import io.stabbur.auth.Audit;
import io.stabbur.auth.AuthCode;
import io.stabbur.auth.AuthError;
import io.stabbur.auth.AuthSettings;
import io.stabbur.auth.Body;
import io.stabbur.auth.Fields;
import io.stabbur.auth.Hooks;
import io.stabbur.auth.Visit;
import io.stabbur.auth.user.Addresses;
import io.stabbur.auth.user.PasswordHash;
import io.stabbur.auth.user.Passwords;
import io.stabbur.auth.user.User;
import io.stabbur.auth.user.Users;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Signs in with an e-mail address or phone number and a password. The password is checked before
/// the transaction begins, so that hashing holds no connection.
@Singleton
public final class PasswordGrant {
  private final AuthSettings settings;
  private final Passwords passwords;
  private final Issuer issuer;
  private final Hooks hooks;
  private final Audit audit;

  PasswordGrant(
      AuthSettings settings, Passwords passwords, Issuer issuer, Hooks hooks, Audit audit) {
    this.settings = settings;
    this.passwords = passwords;
    this.issuer = issuer;
    this.hooks = hooks;
    this.audit = audit;
  }

  /// Who the hook turned away, and what is to become of their sessions.
  private record Decision(Optional<ApiException> refusal, Optional<IssuedSession> session) {}

  public IssuedSession signIn(Visit visit, Body body) {
    var email = body.text("email");
    var phone = body.text("phone");
    var password = body.text("password");
    if (!email.isEmpty() && !phone.isEmpty()) {
      throw AuthError.invalid("Only an email address or phone number should be provided on login.");
    }
    var found = find(visit, email, phone);
    boolean valid =
        passwords.matches(password, found.flatMap(known -> PasswordHash.parse(known.hash())));
    var credential = found.orElseThrow(PasswordGrant::wrong);
    // nobody's password costs no transaction, so a wrong one may cost none either
    if (!valid && !hooks.listens(Hooks.Point.PASSWORD_VERIFICATION_ATTEMPT)) {
      throw wrong();
    }
    var decision = visit.write(tx -> decide(tx, visit, credential, valid));
    decision
        .refusal()
        .ifPresent(
            refusal -> {
              throw refusal;
            });
    return decision.session().orElseThrow();
  }

  private Optional<Users.Credential> find(Visit visit, String email, String phone) {
    if (!email.isEmpty()) {
      if (!settings.email()) {
        throw AuthError.unprocessable(
            AuthCode.EMAIL_PROVIDER_DISABLED, "Email logins are disabled");
      }
      return Users.credentialByEmail(visit, Addresses.normal(email));
    }
    if (phone.isEmpty()) {
      throw AuthError.invalid("missing email or phone");
    }
    if (!settings.phone()) {
      throw AuthError.unprocessable(AuthCode.PHONE_PROVIDER_DISABLED, "Phone logins are disabled");
    }
    return Users.credentialByPhone(visit, Addresses.phoneDigits(phone));
  }

  private Decision decide(Transaction tx, Visit visit, Users.Credential checked, boolean valid) {
    var user = new Users(tx).byId(checked.id()).orElseThrow(PasswordGrant::wrong);
    var refusal = hookRefusal(tx, visit, user, valid);
    if (refusal.isPresent()) {
      return new Decision(refusal, Optional.empty());
    }
    // a password changed since it was checked is another password
    if (!valid || !user.text("encrypted_password").equals(checked.hash())) {
      throw wrong();
    }
    if (user.banned(visit.now())) {
      throw AuthError.badRequest(AuthCode.USER_BANNED, "User is banned");
    }
    requireConfirmed(user);
    audit.write(
        tx,
        visit,
        Audit.Action.LOGIN,
        user,
        new Fields().put("provider", user.phone().isEmpty() ? "email" : "phone").node());
    return new Decision(
        Optional.empty(), Optional.of(issuer.begin(tx, visit, Grant.of(user, "password"))));
  }

  private Optional<ApiException> hookRefusal(
      Transaction tx, Visit visit, User user, boolean valid) {
    var input = new Fields().put("user_id", user.id().toString()).put("valid", valid);
    return hooks
        .ask(tx, visit, Hooks.Point.PASSWORD_VERIFICATION_ATTEMPT, input)
        .map(Body::new)
        .filter(answer -> answer.text("decision").equals("reject"))
        .map(
            answer -> {
              if (answer.flag("should_logout_user", false)) {
                new Sessions(tx).endAll(user.id());
              }
              var message = answer.text("message");
              return AuthError.badRequest(
                  AuthCode.INVALID_CREDENTIALS, message.isEmpty() ? wrongText() : message);
            });
  }

  private static void requireConfirmed(User user) {
    if (!user.email().isEmpty() && !user.emailConfirmed() && !user.phoneConfirmed()) {
      throw AuthError.badRequest(AuthCode.EMAIL_NOT_CONFIRMED, "Email not confirmed");
    }
    if (!user.phone().isEmpty() && !user.phoneConfirmed() && !user.emailConfirmed()) {
      throw AuthError.badRequest(AuthCode.PHONE_NOT_CONFIRMED, "Phone not confirmed");
    }
  }

  private static ApiException wrong() {
    return AuthError.badRequest(AuthCode.INVALID_CREDENTIALS, wrongText());
  }

  private static String wrongText() {
    return "Invalid login credentials";
  }
}
