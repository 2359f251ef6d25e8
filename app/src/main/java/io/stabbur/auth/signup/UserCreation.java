package io.stabbur.auth.signup;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.NewUser;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.hook.Hooks;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
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
  public User create(Transaction tx, AuthRequest authRequest, NewUser newUser) {
    before(tx, authRequest, newUser);
    var user = new Users(tx).insert(newUser.id(), newUser.columns());
    ownerships.in(tx).doubt(user.id());
    after(tx, authRequest, user);
    return user;
  }

  /// A user with a first identity.
  public User create(
      Transaction tx,
      AuthRequest authRequest,
      NewUser newUser,
      String providerId,
      JsonNode claims) {
    before(tx, authRequest, newUser);
    var users = new Users(tx);
    tx.update(newUser.columns().insert(newUser.id()));
    users.addIdentity(newUser.id(), newUser.provider(), providerId, claims);
    ownerships.in(tx).doubt(newUser.id());
    var user = users.get(newUser.id());
    after(tx, authRequest, user);
    return user;
  }

  private void before(Transaction tx, AuthRequest authRequest, NewUser newUser) {
    addresses.requireNoLookAlike(newUser.email());
    var _ =
        hooks.ask(
            tx,
            authRequest,
            Hooks.Point.BEFORE_USER_CREATED,
            new Fields().put("user", newUser.preview()));
  }

  private void after(Transaction tx, AuthRequest authRequest, User user) {
    var _ =
        hooks.ask(
            tx, authRequest, Hooks.Point.AFTER_USER_CREATED, new Fields().put("user", user.json()));
  }
}
