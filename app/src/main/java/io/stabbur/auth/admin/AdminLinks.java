package io.stabbur.auth.admin;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Addresses;
import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.NewUser;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.UserChange;
import io.stabbur.auth.account.UserColumn;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.code.OneTimeTokens;
import io.stabbur.auth.code.OneTimeTokens.Kind;
import io.stabbur.auth.code.Receiver;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.Delivery;
import io.stabbur.auth.mail.Links;
import io.stabbur.auth.mail.Messages;
import io.stabbur.auth.password.Passwords;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Sessions;
import io.stabbur.auth.signup.NewAddresses;
import io.stabbur.auth.signup.Ownerships;
import io.stabbur.auth.signup.UserCreation;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/// Links and invitations made by administrators: the same tokens people are mailed, handed over or
/// sent.
@Singleton
public final class AdminLinks {
  private final AuthSettings settings;
  private final Passwords passwords;
  private final NewAddresses addresses;
  private final UserCreation accounts;
  private final Ownerships ownerships;
  private final Messages messages;
  private final Delivery delivery;
  private final Audit audit;

  AdminLinks(
      AuthSettings settings,
      Passwords passwords,
      NewAddresses addresses,
      UserCreation accounts,
      Ownerships ownerships,
      Messages messages,
      Delivery delivery,
      Audit audit) {
    this.settings = settings;
    this.passwords = passwords;
    this.addresses = addresses;
    this.accounts = accounts;
    this.ownerships = ownerships;
    this.messages = messages;
    this.delivery = delivery;
    this.audit = audit;
  }

  /// A link with everything it was made of.
  public record Link(
      User user, String address, Messages.Code code, String type, String redirectTo) {
    public JsonNode json() {
      return user.fields()
          .put("action_link", address)
          .put("email_otp", code.code())
          .put("hashed_token", code.hash())
          .put("verification_type", type)
          .put("redirect_to", redirectTo)
          .node();
    }
  }

  /// Invites by mail; an address that is taken and confirmed is refused.
  public User invite(AuthRequest authRequest, JsonBody body) {
    var email = addresses.email(body.text("email"));
    return delivery.write(
        authRequest,
        (tx, outbox) -> {
          var user = invited(tx, authRequest, email, body.object("data"));
          messages.invite(tx, outbox, authRequest, user);
          return new Users(tx).get(user.id());
        });
  }

  private User invited(Transaction tx, AuthRequest authRequest, String email, JsonNode data) {
    var found = new Users(tx).byEmail(email);
    if (found.filter(User::confirmed).isPresent()) {
      throw Addresses.emailExists();
    }
    var user =
        found.isPresent()
            ? reclaimed(tx, found.get(), data)
            : create(tx, authRequest, email, "", data);
    audit.write(tx, authRequest, Audit.Action.USER_INVITED, null, AdminUsers.traits(user));
    return user;
  }

  /// An account that waits for its confirmation may have been made by anybody who knew the address.
  /// Whoever is invited gets it without that password, those codes, identities and words.
  private User reclaimed(Transaction tx, User user, JsonNode data) {
    var users = new Users(tx);
    new OneTimeTokens(tx).clearAll(user.id());
    new Sessions(tx).endAll(user.id());
    user.identities().stream()
        .filter(identity -> !identity.provider().equals("email"))
        .forEach(users::removeIdentity);
    var change =
        new UserChange()
            .set(UserColumn.ENCRYPTED_PASSWORD, passwords.hash(passwords.unguessable()))
            .set(UserColumn.RAW_USER_META_DATA, data)
            .set(UserColumn.CONFIRMATION_TOKEN, "")
            .set(UserColumn.RECOVERY_TOKEN, "")
            .set(UserColumn.EMAIL_CHANGE, "")
            .set(UserColumn.EMAIL_CHANGE_TOKEN_NEW, "")
            .set(UserColumn.EMAIL_CHANGE_TOKEN_CURRENT, "")
            .set(UserColumn.REAUTHENTICATION_TOKEN, "");
    users.write(user.id(), change);
    ownerships.in(tx).dispute(user.id());
    return users.syncProviders(users.get(user.id()));
  }

  /// Makes a link and sends nothing.
  public Link generate(AuthRequest given, JsonBody body) {
    var authRequest = given.withRedirect(body.text("redirect_to"));
    var email = addresses.email(body.text("email"));
    var type = body.text("type");
    var newAddress = isEmailChange(type) ? addresses.email(body.text("new_email")) : "";
    var password = body.text("password");
    if (!password.isEmpty()) {
      passwords.check(password);
    }
    var hash = passwords.hash(password.isEmpty() ? passwords.unguessable() : password);
    return authRequest.write(
        tx ->
            isEmailChange(type)
                ? emailChange(tx, authRequest, type, email, newAddress)
                : generate(tx, authRequest, body, email, type, hash));
  }

  private static boolean isEmailChange(String type) {
    return type.equals("email_change_current") || type.equals("email_change_new");
  }

  private Link generate(
      Transaction tx,
      AuthRequest authRequest,
      JsonBody body,
      String email,
      String type,
      String passwordHash) {
    var found = new Users(tx).byEmail(email);
    return switch (type) {
      case "magiclink" ->
          found.isPresent()
              ? recovery(tx, authRequest, found.get(), type)
              // wire: whoever enters by a link has no password yet, whatever the body says
              : signUp(tx, authRequest, found, email, "", body);
      case "recovery" -> recovery(tx, authRequest, found.orElseThrow(AdminLinks::unknown), type);
      case "signup" -> signUp(tx, authRequest, found, email, passwordHash, body);
      case "invite" -> invite(tx, authRequest, email, body);
      default -> throw AuthError.invalid("Invalid email action link type requested: " + type);
    };
  }

  /// A new account for somebody who is invited, within a transaction that does more.
  public User invitee(Transaction tx, AuthRequest authRequest, String email) {
    var user = create(tx, authRequest, email, "", NewUser.nothing());
    audit.write(tx, authRequest, Audit.Action.USER_INVITED, null, AdminUsers.traits(user));
    return user;
  }

  /// A link by which somebody takes over an account that was made for them.
  ///
  /// @param receiver who hands it to the person
  public Link invitation(Transaction tx, AuthRequest authRequest, User user, Receiver receiver) {
    return confirmation(
        tx,
        authRequest,
        user,
        "invite",
        new UserChange().set(UserColumn.INVITED_AT, authRequest.now()),
        receiver);
  }

  /// The link of an invitation for an address that has an account: it leads nowhere, and nothing
  /// about it tells so.
  public static String nobodysInvitation(AuthRequest authRequest) {
    return Links.verify(authRequest, HexFormat.of().formatHex(Crypto.random(28)), "invite");
  }

  private Link recovery(Transaction tx, AuthRequest authRequest, User user, String type) {
    var code = messages.code(authRequest, user.email(), Optional.empty());
    audit.write(tx, authRequest, Audit.Action.USER_RECOVERY_REQUESTED, user);
    var change =
        new UserChange()
            .set(UserColumn.RECOVERY_TOKEN, code.hash())
            .set(UserColumn.RECOVERY_SENT_AT, authRequest.now());
    new OneTimeTokens(tx)
        .replace(user.id(), Kind.RECOVERY, user.email(), code.hash(), Receiver.OPERATOR);
    return link(authRequest, new Users(tx).update(user, change), code, type);
  }

  private Link signUp(
      Transaction tx,
      AuthRequest authRequest,
      Optional<User> found,
      String email,
      String hash,
      JsonBody body) {
    if (found.filter(User::confirmed).isPresent()) {
      throw Addresses.emailExists();
    }
    var user = found.orElseGet(() -> create(tx, authRequest, email, hash, body.object("data")));
    return confirmation(tx, authRequest, user, "signup", new UserChange(), Receiver.OPERATOR);
  }

  private Link invite(Transaction tx, AuthRequest authRequest, String email, JsonBody body) {
    var user = invited(tx, authRequest, email, body.object("data"));
    return invitation(tx, authRequest, user, Receiver.OPERATOR);
  }

  private Link confirmation(
      Transaction tx,
      AuthRequest authRequest,
      User user,
      String type,
      UserChange change,
      Receiver receiver) {
    var code = messages.code(authRequest, user.email(), Optional.empty());
    change
        .set(UserColumn.CONFIRMATION_TOKEN, code.hash())
        .set(UserColumn.CONFIRMATION_SENT_AT, authRequest.now());
    new OneTimeTokens(tx)
        .replace(user.id(), Kind.CONFIRMATION, user.email(), code.hash(), receiver);
    return link(authRequest, new Users(tx).update(user, change), code, type);
  }

  /// @param newAddress the new address, which the mail server was asked about before the
  ///   transaction
  private Link emailChange(
      Transaction tx, AuthRequest authRequest, String type, String email, String newAddress) {
    var user = new Users(tx).byEmail(email).orElseThrow(AdminLinks::unknown);
    boolean current = type.equals("email_change_current");
    if (current && !settings.secureEmailChange()) {
      throw AuthError.invalid("Enable secure email change to generate link for current email");
    }
    if (new Users(tx).emailTaken(newAddress, user.id())) {
      throw Addresses.emailExists();
    }
    var address = current ? user.email() : newAddress;
    var code = messages.code(authRequest, address, Optional.empty());
    var change =
        new UserChange()
            .set(UserColumn.EMAIL_CHANGE, newAddress)
            .set(UserColumn.EMAIL_CHANGE_SENT_AT, authRequest.now())
            .set(UserColumn.EMAIL_CHANGE_CONFIRM_STATUS, 0)
            .set(
                current ? UserColumn.EMAIL_CHANGE_TOKEN_CURRENT : UserColumn.EMAIL_CHANGE_TOKEN_NEW,
                code.hash());
    var kind = current ? Kind.EMAIL_CHANGE_TOKEN_CURRENT : Kind.EMAIL_CHANGE_TOKEN_NEW;
    new OneTimeTokens(tx).replace(user.id(), kind, address, code.hash(), Receiver.OPERATOR);
    var changed = new Users(tx).update(user, change);
    var verify = Links.verify(authRequest, code.hash(), "email_change");
    return new Link(changed, verify, code, type, authRequest.redirectTo());
  }

  private static Link link(AuthRequest authRequest, User user, Messages.Code code, String type) {
    return new Link(
        user, Links.verify(authRequest, code.hash(), type), code, type, authRequest.redirectTo());
  }

  private User create(
      Transaction tx, AuthRequest authRequest, String email, String hash, JsonNode data) {
    var id = UUID.randomUUID();
    var claims = NewUser.firstIdentity(id, email, "", data);
    var newUser =
        new NewUser(
            id,
            authRequest.audience(),
            settings.defaultRole(),
            email,
            "",
            hash,
            "email",
            data,
            NewUser.nothing(),
            NewUser.Kind.PERMANENT);
    return accounts.create(tx, authRequest, newUser, id.toString(), claims);
  }

  private static io.stabbur.platform.error.ApiException unknown() {
    return AuthError.notFound(AuthCode.USER_NOT_FOUND, "User with this email not found");
  }
}
