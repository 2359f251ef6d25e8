package io.stabbur.auth.signup;

import io.micronaut.json.tree.JsonNode;
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
import io.stabbur.auth.password.PasswordHash;
import io.stabbur.auth.password.Passwords;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Grant;
import io.stabbur.auth.session.IssuedSession;
import io.stabbur.auth.session.Issuer;
import io.stabbur.auth.session.Pkce;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// People creating their own account: by e-mail, by phone, or without saying who they are.
@Singleton
public final class SignUp {
  private final AuthSettings settings;
  private final Autoconfirm autoconfirm;
  private final Passwords passwords;
  private final NewAddresses addresses;
  private final UserCreation accounts;
  private final Ownerships ownerships;
  private final Issuer issuer;
  private final Messages messages;
  private final Delivery delivery;
  private final Audit audit;

  SignUp(
      AuthSettings settings,
      Autoconfirm autoconfirm,
      Passwords passwords,
      NewAddresses addresses,
      UserCreation accounts,
      Ownerships ownerships,
      Issuer issuer,
      Messages messages,
      Delivery delivery,
      Audit audit) {
    this.settings = settings;
    this.autoconfirm = autoconfirm;
    this.passwords = passwords;
    this.addresses = addresses;
    this.accounts = accounts;
    this.ownerships = ownerships;
    this.issuer = issuer;
    this.messages = messages;
    this.delivery = delivery;
    this.audit = audit;
  }

  /// How a sign-up ends.
  public sealed interface Outcome {
    record SignedIn(IssuedSession session) implements Outcome {}

    /// The address has to be confirmed first; also what a stranger is told of an address that is
    /// taken.
    record Pending(JsonNode user) implements Outcome {}
  }

  /// What a sign-up asks for, checked.
  private record Request(
      String email,
      String phone,
      String passwordHash,
      String password,
      JsonNode data,
      String channel,
      Optional<Pkce> pkce) {
    String provider() {
      return email.isEmpty() ? "phone" : "email";
    }
  }

  public Outcome signUp(AuthRequest authRequest, JsonBody body) {
    if (!settings.signup()) {
      throw AuthError.unprocessable(
          AuthCode.SIGNUP_DISABLED, "Signups not allowed for this instance");
    }
    if (body.text("email").isEmpty() && body.text("phone").isEmpty()) {
      return new Outcome.SignedIn(anonymous(authRequest, body));
    }
    var request = read(body);
    try {
      return attempt(authRequest, request);
    } catch (ApiException e) {
      // two sign-ups of one address at the same instant: the second meets the first one's row
      if (e.error() instanceof Failure.Database database && database.sqlState().equals("23505")) {
        return attempt(authRequest, request);
      }
      throw e;
    }
  }

  /// An account that has the address already, and whether it has the password of this request. The
  /// password is compared before the transaction begins, so that hashing holds no connection.
  private record Known(Optional<Users.Credential> credential, boolean samePassword) {
    boolean isSame(User user) {
      return samePassword
          && credential.filter(c -> c.hash().equals(user.text("encrypted_password"))).isPresent();
    }
  }

  private Outcome attempt(AuthRequest authRequest, Request request) {
    var found =
        request.email.isEmpty()
            ? Users.credentialByPhone(authRequest, request.phone)
            : Users.credentialByEmail(authRequest, request.email);
    var hash = found.flatMap(credential -> PasswordHash.parse(credential.hash()));
    var known = new Known(found, passwords.matches(request.password, hash));
    return delivery.write(
        authRequest, (tx, outbox) -> signUp(tx, outbox, authRequest, request, known));
  }

  private Request read(JsonBody body) {
    var password = body.text("password");
    if (password.isEmpty()) {
      throw AuthError.invalid("Signup requires a valid password");
    }
    if (!body.text("email").isEmpty() && !body.text("phone").isEmpty()) {
      throw AuthError.invalid(
          "Only an email address or phone number should be provided on signup.");
    }
    var pkce = Pkce.of(body.text("code_challenge"), body.text("code_challenge_method"));
    passwords.check(password);
    var email = body.text("email").isEmpty() ? "" : email(body.text("email"));
    var phone = body.text("phone").isEmpty() ? "" : phone(body.text("phone"), pkce);
    return new Request(
        email,
        phone,
        passwords.hash(password),
        password,
        body.object("data"),
        channel(body.text("channel")),
        pkce);
  }

  private String email(String given) {
    if (!settings.email()) {
      throw AuthError.badRequest(AuthCode.EMAIL_PROVIDER_DISABLED, "Email signups are disabled");
    }
    return addresses.email(given);
  }

  private String phone(String given, Optional<Pkce> pkce) {
    if (!settings.phone()) {
      throw AuthError.badRequest(AuthCode.PHONE_PROVIDER_DISABLED, "Phone signups are disabled");
    }
    if (pkce.isPresent()) {
      throw AuthError.invalid("PKCE not supported for phone signups");
    }
    return Addresses.phone(given);
  }

  /// `sms` unless the client names the other one.
  public static String channel(String wanted) {
    return switch (wanted) {
      case "", "sms" -> "sms";
      case "whatsapp" -> "whatsapp";
      default ->
          throw AuthError.invalid("Invalid channel, supported values are 'sms' or 'whatsapp'.");
    };
  }

  private Outcome signUp(
      Transaction tx, Outbox outbox, AuthRequest authRequest, Request request, Known known) {
    var users = new Users(tx);
    var found =
        request.email.isEmpty() ? users.byPhone(request.phone) : users.byEmail(request.email);
    boolean confirms = request.email.isEmpty() ? settings.phoneAutoconfirm() : autoconfirm.email();
    boolean elsewhere = found.filter(u -> !u.audience().equals(authRequest.audience())).isPresent();
    if (elsewhere || (found.isPresent() && isConfirmed(found.get(), request))) {
      return repeated(tx, authRequest, found.orElseThrow(), request, confirms);
    }
    if (found.isPresent() && !known.isSame(found.get())) {
      if (confirms) {
        return repeated(tx, authRequest, found.get(), request, true);
      }
      ownerships.in(tx).dispute(found.get().id());
    }
    var user = found.orElseGet(() -> create(tx, authRequest, request));
    var traits = new Fields().put("provider", request.provider()).node();
    if (confirms) {
      audit.write(tx, authRequest, Audit.Action.USER_SIGNEDUP, user, traits);
      return new Outcome.SignedIn(confirmed(tx, authRequest, user, request));
    }
    audit.write(tx, authRequest, Audit.Action.USER_CONFIRMATION_REQUESTED, user, traits);
    if (request.email.isEmpty()) {
      messages.phoneCode(tx, outbox, authRequest, user, request.channel);
    } else {
      messages.confirmation(tx, outbox, authRequest, user, request.pkce);
    }
    return new Outcome.Pending(
        found.isEmpty() || known.isSame(user)
            ? users.get(user.id()).json()
            : unproven(authRequest, user, request));
  }

  private IssuedSession confirmed(
      Transaction tx, AuthRequest authRequest, User user, Request request) {
    var confirmations = new Confirmations(ownerships.in(tx), authRequest.now());
    ownerships.in(tx).dispute(user.id());
    var ready = request.email.isEmpty() ? confirmations.phone(user) : confirmations.email(user);
    audit.write(
        tx,
        authRequest,
        Audit.Action.LOGIN,
        ready,
        new Fields().put("provider", request.provider()).node());
    return issuer.in(tx, authRequest).begin(Grant.of(ready, "password"));
  }

  private static boolean isConfirmed(User user, Request request) {
    return request.email.isEmpty() ? user.phoneConfirmed() : user.emailConfirmed();
  }

  private User create(Transaction tx, AuthRequest authRequest, Request request) {
    var id = UUID.randomUUID();
    var claims = NewUser.firstIdentity(id, request.email, request.phone, request.data);
    var newUser =
        new NewUser(
            id,
            settings.audience(),
            settings.defaultRole(),
            request.email,
            request.phone,
            request.passwordHash,
            request.provider(),
            claims,
            NewUser.nothing(),
            NewUser.Kind.PERMANENT);
    var user = accounts.create(tx, authRequest, newUser, id.toString(), claims);
    ownerships.in(tx).signedUp(id);
    return user;
  }

  /// Someone signs up with an address that is taken. Unless addresses are taken as they come, they
  /// are told what a newcomer is told.
  private Outcome repeated(
      Transaction tx, AuthRequest authRequest, User user, Request request, boolean confirms) {
    audit.write(
        tx,
        authRequest,
        Audit.Action.USER_REPEATED_SIGNUP,
        user,
        new Fields().put("provider", request.provider()).node());
    if (confirms) {
      throw AuthError.unprocessable(AuthCode.USER_ALREADY_EXISTS, "User already registered");
    }
    return new Outcome.Pending(
        told(authRequest, UUID.randomUUID(), "", request, request.data, List.of()));
  }

  /// What is told of an account whose address nobody has confirmed, to someone who has not shown to
  /// be the one it was made for: its number, and what they said themselves. Who is invited is told
  /// nothing of that either, as by the original.
  private JsonNode unproven(AuthRequest authRequest, User user, Request request) {
    var role = settings.defaultRole();
    if (user.time("invited_at") != null) {
      return told(authRequest, user.id(), role, request, NewUser.nothing(), List.of());
    }
    var now = authRequest.now().toString();
    var claims = NewUser.firstIdentity(user.id(), request.email, request.phone, request.data);
    var identity =
        new Fields()
            .put("identity_id", UUID.randomUUID().toString())
            .put("id", user.id().toString())
            .put("user_id", user.id().toString())
            .put("identity_data", claims)
            .put("provider", request.provider())
            .put("last_sign_in_at", now)
            .put("created_at", now)
            .put("updated_at", now)
            .maybe("email", request.email)
            .node();
    return told(authRequest, user.id(), role, request, claims, List.of(identity));
  }

  /// A user as one who has just signed up.
  private static JsonNode told(
      AuthRequest authRequest,
      UUID id,
      String role,
      Request request,
      JsonNode metadata,
      List<JsonNode> identities) {
    var now = authRequest.now().toString();
    return new Fields()
        .put("id", id.toString())
        .put("aud", authRequest.audience())
        .put("role", role)
        .put("email", request.email)
        .put("phone", request.phone)
        .put("confirmation_sent_at", now)
        .put(
            "app_metadata",
            new Fields()
                .put("provider", request.provider())
                .put("providers", List.of(request.provider()))
                .node())
        .put("user_metadata", metadata)
        .put("identities", JsonNode.createArrayNode(identities))
        .put("created_at", now)
        .put("updated_at", now)
        .put("is_anonymous", false)
        .node();
  }

  private IssuedSession anonymous(AuthRequest authRequest, JsonBody body) {
    if (!settings.anonymous()) {
      throw AuthError.unprocessable(
          AuthCode.ANONYMOUS_PROVIDER_DISABLED, "Anonymous sign-ins are disabled");
    }
    return authRequest.write(
        tx -> {
          var newUser =
              new NewUser(
                  UUID.randomUUID(),
                  settings.audience(),
                  settings.defaultRole(),
                  "",
                  "",
                  "",
                  "",
                  body.object("data"),
                  NewUser.nothing(),
                  NewUser.Kind.ANONYMOUS);
          var user = accounts.create(tx, authRequest, newUser);
          audit.write(
              tx,
              authRequest,
              Audit.Action.USER_SIGNEDUP,
              user,
              new Fields().put("provider", "anonymous").node());
          return issuer.in(tx, authRequest).begin(Grant.of(user, "anonymous"));
        });
  }
}
