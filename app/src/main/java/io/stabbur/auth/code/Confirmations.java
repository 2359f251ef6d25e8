package io.stabbur.auth.code;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.UserChange;
import io.stabbur.auth.account.UserColumn;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.request.Fields;
import io.stabbur.platform.db.Transaction;
import java.time.Instant;

/// What becomes of a user once an address is confirmed. Each step clears the tokens that led to it,
/// and whoever has a confirmed address is anonymous no longer. A confirmation is no proof of the
/// address: whoever saw one says so to [Ownership] afterwards.
public record Confirmations(Ownership ownership, Instant now) {
  public User email(User user) {
    if (!user.emailConfirmed()) {
      ownership.doubt(user.id());
    }
    var change =
        new UserChange()
            .set(UserColumn.CONFIRMATION_TOKEN, "")
            .set(UserColumn.EMAIL_CONFIRMED_AT, now)
            .set(UserColumn.IS_ANONYMOUS, false)
            .set(UserColumn.RAW_USER_META_DATA, verified(user.userMetadata(), "email_verified"));
    return cleared(user, change);
  }

  public User phone(User user) {
    if (user.email().isEmpty() && !user.phoneConfirmed()) {
      ownership.doubt(user.id());
    }
    var change =
        new UserChange()
            .set(UserColumn.CONFIRMATION_TOKEN, "")
            .set(UserColumn.PHONE_CONFIRMED_AT, now)
            .set(UserColumn.IS_ANONYMOUS, false)
            .set(UserColumn.RAW_USER_META_DATA, verified(user.userMetadata(), "phone_verified"));
    return cleared(user, change);
  }

  /// A recovery or magic link was used.
  public User recovered(User user) {
    return cleared(user, new UserChange().set(UserColumn.RECOVERY_TOKEN, ""));
  }

  /// The pending address becomes the address; an anonymous user becomes a permanent one.
  public User changeEmail(User user, String email) {
    doubt(user);
    new Revocations(tx()).after(AccountEvent.EMAIL_CHANGED, user.id());
    var users = new Users(tx());
    identity(users, user, "email", new Fields().put("email", email).put("email_verified", true));
    var change =
        new UserChange()
            .set(UserColumn.EMAIL, email)
            .set(UserColumn.IS_ANONYMOUS, false)
            .set(
                UserColumn.RAW_USER_META_DATA,
                Fields.of(user.userMetadata())
                    .put("email", email)
                    .put("email_verified", true)
                    .node());
    if (!user.emailConfirmed()) {
      change.set(UserColumn.EMAIL_CONFIRMED_AT, now);
    }
    return users.update(user, change);
  }

  public User changePhone(User user, String phone) {
    doubt(user);
    new Revocations(tx()).after(AccountEvent.PHONE_CHANGED, user.id());
    var users = new Users(tx());
    identity(users, user, "phone", new Fields().put("phone", phone).put("phone_verified", true));
    return users.update(
        user,
        new UserChange()
            .set(UserColumn.PHONE, phone)
            .set(UserColumn.PHONE_CONFIRMED_AT, now)
            .set(UserColumn.IS_ANONYMOUS, false));
  }

  private static void identity(Users users, User user, String provider, Fields claims) {
    var found = user.identity(provider);
    if (found.isPresent()) {
      users.updateIdentity(found.get(), claims.node());
    } else {
      claims.put("sub", user.id().toString());
      users.addIdentity(user.id(), provider, user.id().toString(), claims.node());
    }
  }

  private void doubt(User user) {
    if (!user.confirmed()) {
      ownership.doubt(user.id());
    }
  }

  private Transaction tx() {
    return ownership.tx();
  }

  private User cleared(User user, UserChange change) {
    new Revocations(tx()).after(AccountEvent.TOKEN_USED, user.id());
    return new Users(tx()).update(user, change);
  }

  private static JsonNode verified(JsonNode metadata, String name) {
    return Fields.of(metadata).put(name, true).node();
  }
}
