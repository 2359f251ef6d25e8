package io.stabbur.auth;

import io.stabbur.auth.user.AdminLinks;
import io.stabbur.auth.user.AdminUsers;
import io.stabbur.auth.user.User;
import io.stabbur.auth.user.Users;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.platform.db.Transaction;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What other rooms may do with accounts, inside their own transactions: let somebody join, remove
/// an account.
@Singleton
public final class Accounts {
  private final Visits visits;
  private final AdminUsers users;
  private final AdminLinks links;

  Accounts(Visits visits, AdminUsers users, AdminLinks links) {
    this.visits = visits;
    this.users = users;
    this.links = links;
  }

  /// An account as other rooms see it.
  public record Account(UUID id, String email, boolean confirmed) {}

  /// Somebody who is to be given something: the account, whether it is new, and the link to take it
  /// over if there is one to give.
  public record Joining(Account account, boolean isNew, Optional<String> link) {}

  /// The account of an address, inside a transaction of another room: it exists if and only if that
  /// commits. A new one is confirmed with a password, or gets a link. One that exists is never
  /// given a password; unless it is confirmed it gets a new link, and all that was known of it
  /// before opens nothing any more. The transaction runs as the owner of `auth` for this call.
  ///
  /// @param mayInvite whether there may be a link to this account, which exists and waits for its
  ///   owner
  public Joining join(
      Project project,
      Transaction tx,
      String email,
      @Nullable String password,
      Predicate<UUID> mayInvite) {
    var visit = visit(project);
    var rows = new Users(tx);
    var found = rows.byEmail(email).map(user -> rows.locked(user.id()));
    if (found.filter(user -> user.confirmed() || !mayInvite.test(user.id())).isPresent()) {
      return new Joining(account(found.get()), false, Optional.empty());
    }
    var body = new Fields().put("email", email);
    if (password == null || found.isPresent()) {
      var link = links.invite(tx, visit, new Body(body.node()));
      return new Joining(account(link.user()), found.isEmpty(), Optional.of(link.address()));
    }
    body.put("password", password).put("email_confirm", true);
    return new Joining(
        account(users.create(tx, visit, new Body(body.node()))), true, Optional.empty());
  }

  /// Removes an account with its sessions and identities, as [#join] does its work.
  public void remove(Project project, Transaction tx, UUID id) {
    users.delete(tx, visit(project), id);
  }

  private Visit visit(Project project) {
    return visits.own(
        project,
        new Caller(project, Caller.SERVICE_ROLE, Claims.ofRole(Caller.SERVICE_ROLE), true));
  }

  private static Account account(User user) {
    return new Account(user.id(), user.email(), user.confirmed());
  }
}
