package io.stabbur.auth;

import io.stabbur.auth.account.Addresses;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.admin.AdminLinks;
import io.stabbur.auth.admin.AdminUsers;
import io.stabbur.auth.code.Receiver;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.Deliverable;
import io.stabbur.auth.mail.Delivery;
import io.stabbur.auth.mail.Messages;
import io.stabbur.auth.mail.Outbox;
import io.stabbur.auth.password.ConstantTime;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthRequests;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.signup.Ownerships;
import io.stabbur.identity.Accounts;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.share.Share;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What other rooms may do with accounts. A refusal of the auth API is told as one of every API.
@Singleton
final class RoomAccounts implements Accounts {
  private final AuthRequests authRequests;
  private final AdminUsers users;
  private final AdminLinks links;
  private final Ownerships ownerships;
  private final Messages messages;
  private final Delivery delivery;
  private final ConstantTime constantTime;
  private final Deliverable deliverable;

  RoomAccounts(
      AuthRequests authRequests,
      AdminUsers users,
      AdminLinks links,
      Ownerships ownerships,
      Messages messages,
      Delivery delivery,
      ConstantTime constantTime,
      Deliverable deliverable) {
    this.authRequests = authRequests;
    this.users = users;
    this.links = links;
    this.ownerships = ownerships;
    this.messages = messages;
    this.delivery = delivery;
    this.constantTime = constantTime;
    this.deliverable = deliverable;
  }

  private final class Invitations implements Joins {
    private final AuthRequest authRequest;
    private final Optional<AdminUsers.Prepared> withPassword;
    private final Share share = Caller.currentShare();
    private final Outbox outbox = delivery.outbox(share);

    private Invitations(AuthRequest authRequest, Optional<AdminUsers.Prepared> withPassword) {
      this.authRequest = authRequest;
      this.withPassword = withPassword;
    }

    @Override
    public Invitation join(Transaction tx, Joiner joiner) {
      return told(() -> found(tx, joiner));
    }

    private Invitation found(Transaction tx, Joiner joiner) {
      var rows = new Users(tx);
      var email = Addresses.email(joiner.email());
      var found = rows.byEmail(email).map(user -> rows.locked(user.id()));
      if (found.isPresent()) {
        return known(tx, joiner, found.get());
      }
      if (withPassword.isPresent()) {
        var made = made(tx, joiner, withPassword.get());
        return new Invitation(made, Standing.NEW, Optional.empty());
      }
      var user = links.invitee(tx, authRequest, email);
      ownerships.in(tx).invited(user.id(), joiner.organization());
      return new Invitation(account(user), Standing.NEW, invite(tx, joiner, user));
    }

    private Invitation known(Transaction tx, Joiner joiner, User user) {
      var ownership = ownerships.in(tx);
      boolean again =
          !user.confirmed()
              && ownership.invitedBy(user.id()).equals(Optional.of(joiner.organization()));
      if (again) {
        return new Invitation(account(user), Standing.INVITED_BEFORE, invite(tx, joiner, user));
      }
      var link =
          joiner.inviter() == Inviter.ORGANIZATION && !ownerships.canMail()
              ? Optional.of(AdminLinks.nobodysInvitation(authRequest))
              : Optional.<String>empty();
      var standing = ownership.mayJoin(user.id()) ? Standing.OWNED : Standing.DOUBTFUL;
      return new Invitation(account(user), standing, link);
    }

    private Account made(Transaction tx, Joiner joiner, AdminUsers.Prepared prepared) {
      var user = users.create(tx, authRequest, prepared);
      if (joiner.inviter() != Inviter.OPERATOR) {
        ownerships.in(tx).giveOut(user.id());
      }
      return account(user);
    }

    /// The link, unless it is mailed.
    private Optional<String> invite(Transaction tx, Joiner joiner, User user) {
      if (ownerships.canMail()) {
        messages.invite(tx, outbox, authRequest, user);
        return Optional.empty();
      }
      var receiver = joiner.inviter() == Inviter.OPERATOR ? Receiver.OPERATOR : Receiver.OTHER;
      if (receiver == Receiver.OTHER) {
        ownerships.in(tx).giveOut(user.id());
      }
      return Optional.of(links.invitation(tx, authRequest, user, receiver).address());
    }

    @Override
    public void mailAcceptance(Transaction tx, UUID account, String code) {
      if (ownerships.canMail()) {
        messages.membership(tx, outbox, authRequest, new Users(tx).get(account), code);
      }
    }

    @Override
    public void send() {
      delivery.sendLater(authRequest, share, outbox);
    }
  }

  @Override
  public Joins joins(Project project, String email, @Nullable String password) {
    return told(
        () -> {
          deliverable.require(Addresses.normal(email));
          var prepared = Optional.ofNullable(password).map(given -> prepared(email, given));
          return new Invitations(authRequest(project), prepared);
        });
  }

  private AdminUsers.Prepared prepared(String email, String password) {
    var body = new Fields().put("email", Addresses.email(email)).put("email_confirm", true);
    return users.prepare(new JsonBody(body.put("password", password).node()));
  }

  @Override
  public boolean mailsInvitations() {
    return ownerships.canMail();
  }

  @Override
  public <T> T evenly(Supplier<T> work) {
    return constantTime.run(work);
  }

  @Override
  public void remove(Project project, Transaction tx, UUID id) {
    users.delete(tx, authRequest(project), id);
  }

  /// The result, or the refusal in words that other rooms know.
  private static <T> T told(Supplier<T> work) {
    try {
      return work.get();
    } catch (ApiException e) {
      throw switch (e.error()) {
        case AuthError.Refused(int status, var code, var message) ->
            new ApiException(new Refused(status, code.wire(), message));
        case AuthError.WeakPassword(var message, _) ->
            new ApiException(new Refused(400, "weak_password", message));
        default -> e;
      };
    }
  }

  private AuthRequest authRequest(Project project) {
    return authRequests.own(
        project,
        new Caller(project, Caller.SERVICE_ROLE, Claims.ofRole(Caller.SERVICE_ROLE), true));
  }

  private static Account account(User user) {
    return new Account(user.id(), user.email());
  }
}
