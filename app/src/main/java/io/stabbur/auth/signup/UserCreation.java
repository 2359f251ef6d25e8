package io.stabbur.auth.signup;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.NewUser;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Visit;
import io.stabbur.platform.db.Transaction;
import jakarta.inject.Singleton;

/// Creates users: the hooks are asked, the row is written in one INSERT, its identity after it. A
/// new account is not proven; see [io.stabbur.auth.code.Ownership].
@Singleton
public final class UserCreation {
  private final Hooks hooks;
  private final NewAddresses addresses;
  private final Ownerships ownerships;

  UserCreation(Hooks hooks, NewAddresses addresses, Ownerships ownerships) {
    this.hooks = hooks;
    this.addresses = addresses;
    this.ownerships = ownerships;
  }

  /// A user without an identity.
  public User create(Transaction tx, Visit visit, NewUser fresh) {
    before(tx, visit, fresh);
    var user = new Users(tx).insert(fresh.id(), fresh.columns());
    ownerships.in(tx).doubt(user.id());
    after(tx, visit, user);
    return user;
  }

  /// A user with a first identity.
  public User create(
      Transaction tx, Visit visit, NewUser fresh, String providerId, JsonNode claims) {
    before(tx, visit, fresh);
    var users = new Users(tx);
    tx.update(fresh.columns().insert(fresh.id()));
    users.addIdentity(fresh.id(), fresh.provider(), providerId, claims);
    ownerships.in(tx).doubt(fresh.id());
    var user = users.get(fresh.id());
    after(tx, visit, user);
    return user;
  }

  private void before(Transaction tx, Visit visit, NewUser fresh) {
    addresses.requireNoLookAlike(fresh.email());
    var _ =
        hooks.ask(
            tx, visit, Hooks.Point.BEFORE_USER_CREATED, new Fields().put("user", fresh.preview()));
  }

  private void after(Transaction tx, Visit visit, User user) {
    var _ =
        hooks.ask(tx, visit, Hooks.Point.AFTER_USER_CREATED, new Fields().put("user", user.json()));
  }
}
