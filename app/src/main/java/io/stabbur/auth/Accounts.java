package io.stabbur.auth;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.user.AdminLinks;
import io.stabbur.auth.user.AdminUsers;
import io.stabbur.auth.user.User;
import io.stabbur.auth.user.Users;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

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

  private Visit visit(Project project) {
    return visits.own(
        project,
        new Caller(project, Caller.SERVICE_ROLE, Claims.ofRole(Caller.SERVICE_ROLE), true));
  }

  private static Account account(User user) {
    return new Account(user.id(), user.email(), user.confirmed());
  }
}
