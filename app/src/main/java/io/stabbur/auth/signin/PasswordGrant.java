package io.stabbur.auth.signin;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.account.Addresses;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.code.AccountEvent;
import io.stabbur.auth.code.Revocations;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.guard.Captcha;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.password.PasswordHash;
import io.stabbur.auth.password.Passwords;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Grant;
import io.stabbur.auth.session.IssuedSession;
import io.stabbur.auth.session.Issuer;
import io.stabbur.auth.session.Replies;
import io.stabbur.auth.session.TokenGrant;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Signs in with an e-mail address or phone number and a password. The password is checked before
/// the transaction begins, so that hashing holds no connection.
@Singleton
final class PasswordGrant implements TokenGrant {
  private final AuthSettings settings;
  private final Passwords passwords;
  private final Issuer issuer;
  private final Hooks hooks;
  private final Captcha captcha;
  private final Audit audit;

  PasswordGrant(
      AuthSettings settings,
      Passwords passwords,
      Issuer issuer,
      Hooks hooks,
      Captcha captcha,
      Audit audit) {
    this.settings = settings;
    this.captcha = captcha;
    this.passwords = passwords;
    this.issuer = issuer;
    this.hooks = hooks;
    this.audit = audit;
  }

  /// What somebody signs in with: that address must be confirmed, whatever another one is.
  private enum Address {
    EMAIL("email"),
    PHONE("phone");

    private final String provider;

    Address(String provider) {
      this.provider = provider;
    }

    void requireConfirmed(User user) {
      switch (this) {
        case EMAIL -> {
          if (!user.emailConfirmed()) {
            throw AuthError.badRequest(AuthCode.EMAIL_NOT_CONFIRMED, "Email not confirmed");
          }
        }
        case PHONE -> {
          if (!user.phoneConfirmed()) {
            throw AuthError.badRequest(AuthCode.PHONE_NOT_CONFIRMED, "Phone not confirmed");
          }
        }
      }
    }
  }

  /// Who the hook turned away, and what is to become of their sessions.
  private record Decision(Optional<ApiException> refusal, Optional<IssuedSession> session) {}

  @Override
  public String name() {
    return "password";
  }

  @Override
  public HttpResponse<?> grant(AuthRequest authRequest, JsonBody body) {
    captcha.check(authRequest, body);
    var session = signIn(authRequest, body);
    var fields = session.fields();
    passwords
        .weakness(body.text("password"))
        .ifPresent(
            weak ->
                fields.put(
                    "weak_password",
                    new Fields()
                        .put("message", weak.message())
                        .put("reasons", weak.reasons())
                        .node()));
    return Replies.session(session, fields);
  }

  private IssuedSession signIn(AuthRequest authRequest, JsonBody body) {
    var email = body.text("email");
    var phone = body.text("phone");
    var password = body.text("password");
    if (!email.isEmpty() && !phone.isEmpty()) {
      throw AuthError.invalid("Only an email address or phone number should be provided on login.");
    }
    var found = find(authRequest, email, phone);
    boolean valid =
        passwords.matches(password, found.flatMap(known -> PasswordHash.parse(known.hash())));
    var credential = found.orElseThrow(PasswordGrant::wrong);
    // nobody's password costs no transaction, so a wrong one may cost none either
    if (!valid && !hooks.listens(Hooks.Point.PASSWORD_VERIFICATION_ATTEMPT)) {
      throw wrong();
    }
    var used = email.isEmpty() ? Address.PHONE : Address.EMAIL;
    var decision = authRequest.write(tx -> decide(tx, authRequest, credential, valid, used));
    decision
        .refusal()
        .ifPresent(
            refusal -> {
              throw refusal;
            });
    return decision.session().orElseThrow();
  }

  private Optional<Users.Credential> find(AuthRequest authRequest, String email, String phone) {
    if (!email.isEmpty()) {
      if (!settings.email()) {
        throw AuthError.unprocessable(
            AuthCode.EMAIL_PROVIDER_DISABLED, "Email logins are disabled");
      }
      return Users.credentialByEmail(authRequest, Addresses.normal(email));
    }
    if (phone.isEmpty()) {
      throw AuthError.invalid("missing email or phone");
    }
    if (!settings.phone()) {
      throw AuthError.unprocessable(AuthCode.PHONE_PROVIDER_DISABLED, "Phone logins are disabled");
    }
    return Users.credentialByPhone(authRequest, Addresses.phoneDigits(phone));
  }

  private Decision decide(
      Transaction tx,
      AuthRequest authRequest,
      Users.Credential checked,
      boolean valid,
      Address used) {
    var issuing = issuer.in(tx, authRequest);
    var user = new Users(tx).byId(checked.id()).orElseThrow(PasswordGrant::wrong);
    var refusal = hookRefusal(tx, authRequest, user, valid);
    if (refusal.isPresent()) {
      return new Decision(refusal, Optional.empty());
    }
    // a password changed since it was checked is another password
    if (!valid || !user.text("encrypted_password").equals(checked.hash())) {
      throw wrong();
    }
    if (user.banned(authRequest.now())) {
      throw AuthError.badRequest(AuthCode.USER_BANNED, "User is banned");
    }
    used.requireConfirmed(user);
    audit.write(
        tx,
        authRequest,
        Audit.Action.LOGIN,
        user,
        new Fields().put("provider", used.provider).node());
    return new Decision(Optional.empty(), Optional.of(issuing.begin(Grant.of(user, "password"))));
  }

  private Optional<ApiException> hookRefusal(
      Transaction tx, AuthRequest authRequest, User user, boolean valid) {
    var input = new Fields().put("user_id", user.id().toString()).put("valid", valid);
    return hooks
        .ask(tx, authRequest, Hooks.Point.PASSWORD_VERIFICATION_ATTEMPT, input)
        .map(JsonBody::new)
        .filter(answer -> answer.text("decision").equals("reject"))
        .map(
            answer -> {
              if (answer.flag("should_logout_user", false)) {
                new Revocations(tx).after(AccountEvent.SIGNED_OUT, user.id());
              }
              var message = answer.text("message");
              return AuthError.badRequest(
                  AuthCode.INVALID_CREDENTIALS, message.isEmpty() ? wrongText() : message);
            });
  }

  private static ApiException wrong() {
    return AuthError.badRequest(AuthCode.INVALID_CREDENTIALS, wrongText());
  }

  private static String wrongText() {
    return "Invalid login credentials";
  }
}
