package io.stabbur.auth.provider;

import io.stabbur.auth.account.Audit;
import io.stabbur.auth.account.Identity;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.UserChange;
import io.stabbur.auth.account.UserColumn;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.code.AccountEvent;
import io.stabbur.auth.code.OneTimeTokens;
import io.stabbur.auth.code.Revocations;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.MailKind;
import io.stabbur.auth.mail.Messages;
import io.stabbur.auth.mail.Outbox;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.signup.Ownerships;
import io.stabbur.platform.db.Transaction;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/// Takes an identity from an account. Where the account's address goes with it, another identity's
/// takes its place: a verified one first, then an unverified one, which is not confirmed, then none
/// at all. Codes and links that were out end with the address they were sent to.
@Singleton
final class Unlinking {
  private final Ownerships ownerships;
  private final Messages messages;
  private final Audit audit;

  Unlinking(Ownerships ownerships, Messages messages, Audit audit) {
    this.ownerships = ownerships;
    this.messages = messages;
    this.audit = audit;
  }

  /// A user gives up an identity; one must remain, and the address must stay unambiguous.
  void unlink(Transaction tx, Outbox outbox, AuthRequest authRequest, User user, UUID identityId) {
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
      withoutPhone(tx, user);
    } else {
      keepAddress(tx, authRequest, user, identity);
    }
    var traits =
        new Fields()
            .put("identity_id", identity.id().toString())
            .put("provider", identity.provider())
            .put("provider_id", identity.providerId());
    audit.write(tx, authRequest, Audit.Action.IDENTITY_UNLINKED, user, traits.node());
    users.syncProviders(users.get(user.id()));
    messages.notice(
        tx,
        outbox,
        authRequest,
        user,
        MailKind.IDENTITY_UNLINKED,
        new Fields().put("Provider", identity.provider()),
        user.email());
  }

  private static void withoutPhone(Transaction tx, User user) {
    new Revocations(tx).after(AccountEvent.PHONE_CHANGED, user.id());
    new Users(tx)
        .write(
            user.id(),
            new UserChange().clear(UserColumn.PHONE).clear(UserColumn.PHONE_CONFIRMED_AT));
  }

  private void keepAddress(Transaction tx, AuthRequest authRequest, User user, Identity gone) {
    var remaining =
        user.identities().stream().filter(identity -> !identity.id().equals(gone.id())).toList();
    boolean kept =
        user.email().isEmpty()
            || remaining.stream().anyMatch(i -> i.email().equalsIgnoreCase(user.email()));
    if (!kept) {
      readdress(tx, authRequest, user, next(new Users(tx), user, remaining));
    }
  }

  /// The identity whose address the account gets, which may have none.
  private static Identity next(Users users, User user, List<Identity> remaining) {
    return remaining.stream()
        .sorted(Comparator.comparingInt(Unlinking::rank))
        .filter(i -> i.email().isEmpty() || !users.emailTaken(i.email(), user.id()))
        .findFirst()
        .orElseThrow(
            () ->
                AuthError.unprocessable(
                    AuthCode.EMAIL_CONFLICT_IDENTITY_NOT_DELETABLE,
                    "Unable to unlink identity due to email conflict"));
  }

  private static int rank(Identity identity) {
    if (identity.email().isEmpty()) {
      return 2;
    }
    return identity.emailVerified() ? 0 : 1;
  }

  private void readdress(Transaction tx, AuthRequest authRequest, User user, Identity next) {
    new Revocations(tx).after(AccountEvent.EMAIL_CHANGED, user.id());
    new OneTimeTokens(tx).forgetTimes(user.id());
    boolean verified = !next.email().isEmpty() && next.emailVerified();
    var metadata = Fields.of(user.userMetadata()).put("email_verified", verified);
    if (user.userMetadata().get("email") != null) {
      metadata.remove("email").maybe("email", next.email());
    }
    var change =
        new UserChange()
            .setOrNull(UserColumn.EMAIL, next.email())
            .set(UserColumn.RAW_USER_META_DATA, metadata.node());
    if (!verified) {
      change.clear(UserColumn.EMAIL_CONFIRMED_AT);
    } else if (!user.emailConfirmed()) {
      change.set(UserColumn.EMAIL_CONFIRMED_AT, authRequest.now());
    }
    new Users(tx).write(user.id(), change);
    boolean byPhone = next.email().isEmpty() && user.phoneConfirmed();
    if (!verified && !byPhone) {
      ownerships.in(tx).readdressed(user.id());
    }
  }
}
