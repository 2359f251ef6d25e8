package io.stabbur.auth.provider;

import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.Identity;
import io.stabbur.auth.account.NewUser;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.UserChange;
import io.stabbur.auth.account.UserColumn;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.code.AccountEvent;
import io.stabbur.auth.code.Confirmations;
import io.stabbur.auth.code.Ownership;
import io.stabbur.auth.code.Revocations;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.MailKind;
import io.stabbur.auth.mail.Messages;
import io.stabbur.auth.mail.Outbox;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.signup.Autoconfirm;
import io.stabbur.auth.signup.NewAddresses;
import io.stabbur.auth.signup.Ownerships;
import io.stabbur.auth.signup.UserCreation;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/// Which account somebody gets who comes from a provider. An account is found by the provider's id,
/// joined by a **verified** address, or made.
@Singleton
final class ExternalAccounts {
  private final AuthSettings settings;
  private final Autoconfirm autoconfirm;
  private final UserCreation creation;
  private final NewAddresses addresses;
  private final Ownerships ownerships;
  private final Messages messages;
  private final Audit audit;

  ExternalAccounts(
      AuthSettings settings,
      Autoconfirm autoconfirm,
      UserCreation creation,
      NewAddresses addresses,
      Ownerships ownerships,
      Messages messages,
      Audit audit) {
    this.settings = settings;
    this.autoconfirm = autoconfirm;
    this.creation = creation;
    this.addresses = addresses;
    this.ownerships = ownerships;
    this.messages = messages;
    this.audit = audit;
  }

  /// The account, or a refusal that leaves behind what was done so far.
  record Found(User user, Optional<ApiException> refusal) {}

  Found signIn(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      ProviderSettings provider,
      Profile profile) {
    if (profile.email().isEmpty() && provider.needsEmail()) {
      throw AuthError.unexpected("Error getting user email from external provider");
    }
    var user = resolve(tx, authRequest, provider.name(), profile);
    if (user.banned(authRequest.now())) {
      throw AuthError.forbidden(AuthCode.USER_BANNED, "User is banned");
    }
    if (user.emailConfirmed() || isEnough(profile, user)) {
      audit.write(tx, authRequest, Audit.Action.LOGIN, user, traits(provider));
      return new Found(proven(tx, user, provider.name(), profile), Optional.empty());
    }
    if (vouchesFor(profile, user) || (autoconfirm.email() && !user.email().isEmpty())) {
      audit.write(tx, authRequest, Audit.Action.USER_SIGNEDUP, user, traits(provider));
      var confirmed = new Confirmations(ownerships.in(tx), authRequest.now()).email(user);
      return new Found(proven(tx, confirmed, provider.name(), profile), Optional.empty());
    }
    if (settings.unverifiedEmailSignIn() || autoconfirm.email()) {
      audit.write(tx, authRequest, Audit.Action.LOGIN, user, traits(provider));
      return new Found(user, Optional.empty());
    }
    if (user.email().isEmpty()) {
      throw needsVerification(
          provider.name(), "Verify the email with " + provider.name() + " in order to sign in");
    }
    messages.confirmation(tx, outbox, authRequest, user, Optional.empty());
    return new Found(user, Optional.of(needsVerification(provider.name(), sent(provider.name()))));
  }

  /// Whether the address that is used needs no confirmation here: the provider vouches for it, or
  /// tells of none. It confirms no other address the account may have.
  private static boolean isEnough(Profile profile, User user) {
    return profile.email().isEmpty() || (profile.emailVerified() && !vouchesFor(profile, user));
  }

  private static ApiException needsVerification(String provider, String next) {
    return AuthError.unprocessable(
        AuthCode.PROVIDER_EMAIL_NEEDS_VERIFICATION, unverified(provider) + next);
  }

  private static String unverified(String provider) {
    return "Unverified email with " + provider + ". ";
  }

  private static String sent(String provider) {
    return "A confirmation email has been sent to your " + provider + " email";
  }

  /// Whether the provider says that the account's own address is the person's.
  private static boolean vouchesFor(Profile profile, User user) {
    return profile.emailVerified() && profile.email().equalsIgnoreCase(user.email());
  }

  /// The user after what the provider vouches for.
  private User proven(Transaction tx, User user, String provider, Profile profile) {
    if (!vouchesFor(profile, user)) {
      return user;
    }
    var identity =
        user.identities().stream()
            .filter(i -> i.provider().equals(provider) && i.providerId().equals(profile.subject()))
            .findFirst()
            .map(Identity::id);
    ownerships.in(tx).prove(user.id(), Ownership.Proof.OTHER, identity);
    return new Users(tx).get(user.id());
  }

  private User resolve(Transaction tx, AuthRequest authRequest, String provider, Profile profile) {
    var users = new Users(tx);
    var known = users.byIdentity(provider, profile.subject());
    if (known.isPresent()) {
      return returning(users, known.get(), provider, profile);
    }
    var same = profile.emailVerified() ? users.byEmail(profile.email()) : Optional.<User>empty();
    return same.isPresent()
        ? joined(tx, authRequest, same.get(), provider, profile)
        : created(tx, authRequest, provider, profile);
  }

  private static User returning(Users users, User user, String provider, Profile profile) {
    for (var identity : user.identities()) {
      if (identity.provider().equals(provider) && identity.providerId().equals(profile.subject())) {
        users.updateIdentity(identity, profile.claims());
        users.touchIdentity(identity);
      }
    }
    return users.syncProviders(users.update(user, metadata(user, profile)));
  }

  /// An account whose address was never confirmed may have been made by somebody else, in wait for
  /// its owner: what that somebody wrote there is removed.
  private User joined(
      Transaction tx, AuthRequest authRequest, User user, String provider, Profile profile) {
    var users = new Users(tx);
    var change = missingMetadata(user, profile);
    if (!user.emailConfirmed()) {
      user.identities().forEach(users::removeIdentity);
      new Revocations(tx).after(AccountEvent.EMAIL_CHANGED, user.id());
      change
          .clear(UserColumn.PHONE)
          .clear(UserColumn.PHONE_CONFIRMED_AT)
          .set(UserColumn.RAW_USER_META_DATA, profile.claims());
      ownerships.in(tx).doubt(user.id());
    }
    users.addIdentity(user.id(), provider, profile.subject(), profile.claims());
    audit.write(
        tx,
        authRequest,
        Audit.Action.IDENTITY_LINKED,
        user,
        new Fields().put("provider", provider).node());
    return users.syncProviders(users.update(user, change));
  }

  private User created(Transaction tx, AuthRequest authRequest, String provider, Profile profile) {
    if (!settings.signup()) {
      throw AuthError.unprocessable(
          AuthCode.SIGNUP_DISABLED, "Signups not allowed for this instance");
    }
    // an unverified address that is somebody's stays theirs
    boolean taken =
        !profile.email().isEmpty() && new Users(tx).byEmail(profile.email()).isPresent();
    var newUser =
        new NewUser(
            UUID.randomUUID(),
            settings.audience(),
            settings.defaultRole(),
            taken ? "" : profile.email(),
            "",
            "",
            provider,
            profile.claims(),
            NewUser.nothing(),
            NewUser.Kind.PERMANENT);
    var user = creation.create(tx, authRequest, newUser, profile.subject(), profile.claims());
    ownerships.in(tx).signedUp(user.id());
    return user;
  }

  /// A signed-in user adds an identity. An account without an address gets the identity's; one that
  /// the provider does not vouch for has to be confirmed before anything rests on it.
  Found link(
      Transaction tx,
      Outbox outbox,
      AuthRequest authRequest,
      User target,
      ProviderSettings provider,
      Profile profile) {
    requireActive(authRequest, target);
    if (profile.email().isEmpty() && provider.needsEmail()) {
      throw AuthError.unexpected("Error getting user email from external provider");
    }
    var users = new Users(tx);
    requireNew(users, target, provider.name(), profile);
    users.addIdentity(target.id(), provider.name(), profile.subject(), profile.claims());
    var change = missingMetadata(target, profile);
    boolean addressed =
        target.email().isEmpty()
            && !profile.email().isEmpty()
            && !staysWithoutAddress(users, target, profile);
    boolean waits = addressed && !profile.emailVerified() && !settings.unverifiedEmailSignIn();
    if (addressed) {
      address(tx, authRequest, target, profile, change);
    }
    if (!waits) {
      change.set(UserColumn.IS_ANONYMOUS, false);
    }
    audit.write(tx, authRequest, Audit.Action.IDENTITY_LINKED, target, traits(provider));
    var linked =
        proven(tx, users.syncProviders(users.update(target, change)), provider.name(), profile);
    if (waits) {
      messages.confirmation(tx, outbox, authRequest, linked, Optional.empty());
      return new Found(linked, Optional.of(notConfirmed(provider.name())));
    }
    messages.notice(
        tx,
        outbox,
        authRequest,
        linked,
        MailKind.IDENTITY_LINKED,
        new Fields().put("Provider", provider.name()),
        linked.email());
    return new Found(linked, Optional.empty());
  }

  /// Whether the account, whose person signs in by number, gets an identity with the verified
  /// address of another account, as one with an address of its own may; the address stays with the
  /// other.
  private static boolean staysWithoutAddress(Users users, User target, Profile profile) {
    return !target.phone().isEmpty()
        && profile.emailVerified()
        && users.emailTaken(profile.email(), target.id());
  }

  /// A browser may come back from the provider after the account was banned or deleted.
  private static void requireActive(AuthRequest authRequest, User target) {
    if (target.deleted()) {
      throw AuthError.unprocessable(AuthCode.USER_NOT_FOUND, "Linking target user not found");
    }
    if (target.banned(authRequest.now())) {
      throw AuthError.forbidden(AuthCode.USER_BANNED, "User is banned");
    }
  }

  private static void requireNew(Users users, User target, String provider, Profile profile) {
    var owner = users.byIdentity(provider, profile.subject());
    if (owner.isPresent()) {
      throw AuthError.unprocessable(
          AuthCode.IDENTITY_ALREADY_EXISTS,
          owner.get().id().equals(target.id())
              ? "Identity is already linked"
              : "Identity is already linked to another user");
    }
  }

  private void address(
      Transaction tx, AuthRequest authRequest, User target, Profile profile, UserChange change) {
    addresses.requireNoLookAlike(profile.email());
    if (new Users(tx).emailTaken(profile.email(), target.id())) {
      throw AuthError.badRequest(
          AuthCode.EMAIL_EXISTS, "A user with this email address has already been registered");
    }
    new Revocations(tx).after(AccountEvent.EMAIL_CHANGED, target.id());
    change.set(UserColumn.EMAIL, profile.email());
    if (profile.emailVerified()) {
      change.set(UserColumn.EMAIL_CONFIRMED_AT, authRequest.now());
    } else {
      change.clear(UserColumn.EMAIL_CONFIRMED_AT);
    }
    if (!target.confirmed()) {
      ownerships.in(tx).doubt(target.id());
    }
  }

  private static ApiException notConfirmed(String provider) {
    return AuthError.unprocessable(
        AuthCode.EMAIL_NOT_CONFIRMED, unverified(provider) + sent(provider));
  }

  /// What the person has already stays as it is.
  private static UserChange missingMetadata(User user, Profile profile) {
    return new UserChange()
        .set(
            UserColumn.RAW_USER_META_DATA,
            Fields.of(profile.claims()).merge(user.userMetadata()).node());
  }

  private static UserChange metadata(User user, Profile profile) {
    return new UserChange()
        .set(
            UserColumn.RAW_USER_META_DATA,
            Fields.of(user.userMetadata()).merge(profile.claims()).node());
  }

  private static io.micronaut.json.tree.JsonNode traits(ProviderSettings provider) {
    return new Fields().put("provider", provider.name()).node();
  }
}
