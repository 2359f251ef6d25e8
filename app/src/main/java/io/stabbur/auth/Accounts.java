package io.stabbur.auth;

import io.micronaut.json.tree.JsonNode;
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

/// What other rooms may do with accounts: find one, create one, invite somebody.
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

  /// An invitation: the account, and the link by which its owner takes it over.
  public record Invitation(Account account, String link) {}

  public Optional<Account> find(Project project, String email) {
    var visit = visit(project);
    return visit
        .read(Users.emailQuery(email, visit.audience()), Users::readFirst)
        .map(Accounts::account);
  }

  /// A confirmed account with a password.
  public Account create(Project project, String email, String password, JsonNode metadata) {
    var body =
        new Fields()
            .put("email", email)
            .put("password", password)
            .put("email_confirm", true)
            .put("user_metadata", metadata);
    return account(users.create(visit(project), new Body(body.node())));
  }

  /// The account of an address, created if need be, and a link to take it over. Nothing is mailed.
  /// An account that is confirmed already is refused with `email_exists`.
  public Invitation inviteLink(Project project, String email, JsonNode metadata) {
    var body = new Fields().put("type", "invite").put("email", email).put("data", metadata);
    var link = links.generate(visit(project), new Body(body.node()));
    return new Invitation(account(link.user()), link.address());
  }

  /// Mails an invitation; needs a mail server.
  public Account invite(Project project, String email, JsonNode metadata) {
    var body = new Fields().put("email", email).put("data", metadata);
    return account(links.invite(visit(project), new Body(body.node())));
  }

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
    var found = rows.byEmail(email, visit.audience()).map(user -> rows.locked(user.id()));
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
