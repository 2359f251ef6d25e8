package io.stabbur.auth.provider;

import io.stabbur.auth.Audit;
import io.stabbur.auth.AuthCode;
import io.stabbur.auth.AuthError;
import io.stabbur.auth.AuthSettings;
import io.stabbur.auth.Fields;
import io.stabbur.auth.Visit;
import io.stabbur.auth.mail.MailKind;
import io.stabbur.auth.mail.Messages;
import io.stabbur.auth.mail.Outbox;
import io.stabbur.auth.user.Autoconfirm;
import io.stabbur.auth.user.Confirmations;
import io.stabbur.auth.user.Identity;
import io.stabbur.auth.user.NewAddresses;
import io.stabbur.auth.user.NewUser;
import io.stabbur.auth.user.Ownership;
import io.stabbur.auth.user.Ownerships;
import io.stabbur.auth.user.User;
import io.stabbur.auth.user.UserChange;
import io.stabbur.auth.user.UserColumn;
import io.stabbur.auth.user.UserCreation;
import io.stabbur.auth.user.Users;
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
      Transaction tx, Outbox outbox, Visit visit, ProviderSettings provider, Profile profile) {
    if (profile.email().isEmpty() && provider.needsEmail()) {
      throw AuthError.unexpected("Error getting user email from external provider");
    }
    var user = resolve(tx, visit, provider.name(), profile);
    if (user.banned(visit.now())) {
      throw AuthError.forbidden(AuthCode.USER_BANNED, "User is banned");
    }
    boolean vouched = vouchesFor(profile, user);
    if (user.emailConfirmed() || user.email().isEmpty() || (user.phoneConfirmed() && !vouched)) {
      audit.write(tx, visit, Audit.Action.LOGIN, user, traits(provider));
      return new Found(proven(tx, user, provider.name(), profile), Optional.empty());
    }
    if (vouched || autoconfirm.email()) {
      audit.write(tx, visit, Audit.Action.USER_SIGNEDUP, user, traits(provider));
      var confirmed = new Confirmations(ownerships.in(tx), visit.now()).email(user);
      return new Found(proven(tx, confirmed, provider.name(), profile), Optional.empty());
    }
    if (settings.unverifiedEmailSignIn()) {
      audit.write(tx, visit, Audit.Action.LOGIN, user, traits(provider));
      return new Found(user, Optional.empty());
    }
    messages.confirmation(tx, outbox, visit, user, Optional.empty());
    return new Found(user, Optional.of(unverified(provider.name())));
  }

  private static ApiException unverified(String provider) {
    return AuthError.unprocessable(
        AuthCode.PROVIDER_EMAIL_NEEDS_VERIFICATION,
        "Unverified email with %s. A confirmation email has been sent to your %s email"
            .formatted(provider, provider));
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

  private User resolve(Transaction tx, Visit visit, String provider, Profile profile) {
    var users = new Users(tx);
    var known = users.byIdentity(provider, profile.subject());
    if (known.isPresent()) {
      return returning(users, known.get(), provider, profile);
    }
    var same = profile.emailVerified() ? users.byEmail(profile.email()) : Optional.<User>empty();
    return same.isPresent()
        ? joined(tx, visit, same.get(), provider, profile)
        : created(tx, visit, provider, profile);
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
  private User joined(Transaction tx, Visit visit, User user, String provider, Profile profile) {
    var users = new Users(tx);
    var change = metadata(user, profile);
    if (!user.emailConfirmed()) {
      user.identities().forEach(users::removeIdentity);
      change.set(UserColumn.RAW_USER_META_DATA, profile.claims());
      ownerships.in(tx).doubt(user.id());
    }
    users.addIdentity(user.id(), provider, profile.subject(), profile.claims());
    audit.write(
        tx,
        visit,
        Audit.Action.IDENTITY_LINKED,
        user,
        new Fields().put("provider", provider).node());
    return users.syncProviders(users.update(user, change));
  }

  private User created(Transaction tx, Visit visit, String provider, Profile profile) {
    if (!settings.signup()) {
      throw AuthError.unprocessable(
          AuthCode.SIGNUP_DISABLED, "Signups not allowed for this instance");
    }
    // an unverified address that is somebody's stays theirs
    boolean taken =
        !profile.email().isEmpty() && new Users(tx).byEmail(profile.email()).isPresent();
    var fresh =
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
    var user = creation.create(tx, visit, fresh, profile.subject(), profile.claims());
    ownerships.in(tx).signedUp(user.id());
    return user;
  }

  /// A signed-in user adds an identity.
  User link(
      Transaction tx, Outbox outbox, Visit visit, User target, String provider, Profile profile) {
    var users = new Users(tx);
    var owner = users.byIdentity(provider, profile.subject());
    if (owner.isPresent()) {
      throw AuthError.unprocessable(
          AuthCode.IDENTITY_ALREADY_EXISTS,
          owner.get().id().equals(target.id())
              ? "Identity is already linked"
              : "Identity is already linked to another user");
    }
    users.addIdentity(target.id(), provider, profile.subject(), profile.claims());
    var change = metadata(target, profile);
    if (target.email().isEmpty() && profile.emailVerified()) {
      addresses.requireNoLookAlike(profile.email());
      if (users.emailTaken(profile.email(), target.id())) {
        throw AuthError.badRequest(
            AuthCode.EMAIL_EXISTS, "A user with this email address has already been registered");
      }
      change
          .set(UserColumn.EMAIL, profile.email())
          .set(UserColumn.EMAIL_CONFIRMED_AT, visit.now())
          .set(UserColumn.IS_ANONYMOUS, false);
      if (!target.confirmed()) {
        ownerships.in(tx).doubt(target.id());
      }
    }
    audit.write(
        tx,
        visit,
        Audit.Action.IDENTITY_LINKED,
        target,
        new Fields().put("provider", provider).node());
    var linked = proven(tx, users.syncProviders(users.update(target, change)), provider, profile);
    messages.notice(
        tx,
        outbox,
        visit,
        linked,
        MailKind.IDENTITY_LINKED,
        new Fields().put("Provider", provider),
        linked.email());
    return linked;
  }

  /// A user gives up an identity; one must remain, and the address must stay unambiguous.
  void unlink(Transaction tx, Outbox outbox, Visit visit, User user, UUID identityId) {
    if (user.identities().size() <= 1) {
      throw AuthError.unprocessable(
          AuthCode.SINGLE_IDENTITY_NOT_DELETABLE,
          "User must have at least 1 identity after unlinking");
    }
    var identity =
        user.identities().stream()
            .filter(i -> i.id().equals(identityId))
            .findFirst()
            .orElseThrow(
                () ->
                    AuthError.unprocessable(AuthCode.IDENTITY_NOT_FOUND, "Identity doesn't exist"));
    var users = new Users(tx);
    users.removeIdentity(identity);
    if (identity.provider().equals("phone")) {
      users.write(
          user.id(), new UserChange().clear(UserColumn.PHONE).clear(UserColumn.PHONE_CONFIRMED_AT));
    } else {
      keepAddress(tx, user, identity);
    }
    audit.write(
        tx,
        visit,
        Audit.Action.IDENTITY_UNLINKED,
        user,
        new Fields().put("provider", identity.provider()).node());
    users.syncProviders(users.get(user.id()));
    messages.notice(
        tx,
        outbox,
        visit,
        user,
        MailKind.IDENTITY_UNLINKED,
        new Fields().put("Provider", identity.provider()),
        user.email());
  }

  /// An address that came with the identity is replaced by one of those that remain.
  private void keepAddress(Transaction tx, User user, Identity gone) {
    var users = new Users(tx);
    boolean stillProved =
        user.identities().stream()
            .filter(i -> !i.id().equals(gone.id()))
            .anyMatch(i -> i.email().equals(user.email()));
    if (stillProved || user.email().isEmpty() || !gone.email().equals(user.email())) {
      return;
    }
    var next =
        user.identities().stream()
            .filter(i -> !i.id().equals(gone.id()) && !i.email().isEmpty())
            .findFirst();
    if (next.isEmpty()) {
      return;
    }
    if (users.emailTaken(next.get().email(), user.id())) {
      throw AuthError.unprocessable(
          AuthCode.EMAIL_CONFLICT_IDENTITY_NOT_DELETABLE,
          "Unable to unlink identity due to email conflict");
    }
    users.write(user.id(), new UserChange().set(UserColumn.EMAIL, next.get().email()));
    if (!next.get().emailVerified()) {
      ownerships.in(tx).readdressed(user.id());
    }
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
