package io.stabbur.auth;

import io.stabbur.auth.mail.Deliverable;
import io.stabbur.auth.mail.Delivery;
import io.stabbur.auth.mail.Messages;
import io.stabbur.auth.mail.Outbox;
import io.stabbur.auth.user.Addresses;
import io.stabbur.auth.user.AdminLinks;
import io.stabbur.auth.user.AdminUsers;
import io.stabbur.auth.user.EvenPace;
import io.stabbur.auth.user.Ownerships;
import io.stabbur.auth.user.Receiver;
import io.stabbur.auth.user.User;
import io.stabbur.auth.user.Users;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.platform.db.Transaction;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What other rooms may do with accounts, inside their own transactions: let somebody join, remove
/// an account.
@Singleton
public final class Accounts {
  private final Visits visits;
  private final AdminUsers users;
  private final AdminLinks links;
  private final Ownerships ownerships;
  private final Messages messages;
  private final Delivery delivery;
  private final EvenPace pace;
  private final Deliverable deliverable;

  Accounts(
      Visits visits,
      AdminUsers users,
      AdminLinks links,
      Ownerships ownerships,
      Messages messages,
      Delivery delivery,
      EvenPace pace,
      Deliverable deliverable) {
    this.visits = visits;
    this.users = users;
    this.links = links;
    this.ownerships = ownerships;
    this.messages = messages;
    this.delivery = delivery;
    this.pace = pace;
    this.deliverable = deliverable;
  }

  /// An account as other rooms see it.
  public record Account(UUID id, String email) {}

  /// Who lets somebody join.
  public enum Inviter {
    OPERATOR,
    /// An administrator of the platform.
    PLATFORM,
    /// An administrator of the organisation alone: learns nothing of who has an account already.
    ORGANIZATION
  }

  /// How an account that is to join came to be.
  public enum Standing {
    /// It was made for this.
    NEW,
    /// It was made for the same organisation before, and nobody took it over yet.
    INVITED_BEFORE,
    /// Its owner proved the address, or nobody could and nobody but the operator knows a way in.
    OWNED,
    /// Somebody else than its owner may know a way into it.
    DOUBTFUL
  }

  /// Somebody who is to join.
  ///
  /// @param email as it was typed
  /// @param password of a new account; an account that exists keeps its own
  public record Joiner(
      String email, @Nullable String password, Inviter inviter, UUID organization) {}

  /// Somebody who is to be given something.
  ///
  /// @param link what is to be handed to the person, where no mail is sent; the inviter who is an
  ///   organisation gets one for every address
  public record Joining(Account account, Standing standing, Optional<String> link) {}

  /// Work on accounts in one transaction of another room, and the mails that are sent after it.
  public final class Joins {
    private final Visit visit;
    private final Outbox outbox = delivery.outbox();

    private Joins(Visit visit) {
      this.visit = visit;
    }

    /// The account of an address: it exists if and only if the transaction commits. A new one has
    /// the password, or its owner is mailed a link, or the link is in the answer. One that exists
    /// is left as it is. The transaction runs as the owner of `auth` for this call.
    public Joining join(Transaction tx, Joiner joiner) {
      var rows = new Users(tx);
      var email = Addresses.email(joiner.email());
      var found = rows.byEmail(email).map(user -> rows.locked(user.id()));
      if (found.isPresent()) {
        return known(tx, joiner, found.get());
      }
      if (joiner.password() == null) {
        var user = links.invitee(tx, visit, email);
        ownerships.in(tx).invited(user.id(), joiner.organization());
        return new Joining(account(user), Standing.NEW, invite(tx, joiner, user));
      }
      return new Joining(withPassword(tx, joiner, email), Standing.NEW, Optional.empty());
    }

    private Joining known(Transaction tx, Joiner joiner, User user) {
      var ownership = ownerships.in(tx);
      boolean again =
          !user.confirmed()
              && ownership.invitedBy(user.id()).equals(Optional.of(joiner.organization()));
      if (again) {
        return new Joining(account(user), Standing.INVITED_BEFORE, invite(tx, joiner, user));
      }
      var link =
          joiner.inviter() == Inviter.ORGANIZATION && !ownerships.canMail()
              ? Optional.of(AdminLinks.nobodysInvitation(visit))
              : Optional.<String>empty();
      var standing = ownership.mayJoin(user.id()) ? Standing.OWNED : Standing.DOUBTFUL;
      return new Joining(account(user), standing, link);
    }

    private Account withPassword(Transaction tx, Joiner joiner, String email) {
      var body = new Fields().put("email", email).put("email_confirm", true);
      body.put("password", String.valueOf(joiner.password()));
      var user = users.create(tx, visit, new Body(body.node()));
      if (joiner.inviter() != Inviter.OPERATOR) {
        ownerships.in(tx).giveOut(user.id());
      }
      return account(user);
    }

    /// The link, unless it is mailed.
    private Optional<String> invite(Transaction tx, Joiner joiner, User user) {
      if (ownerships.canMail()) {
        messages.invite(tx, outbox, visit, user);
        return Optional.empty();
      }
      var receiver = joiner.inviter() == Inviter.OPERATOR ? Receiver.OPERATOR : Receiver.OTHER;
      if (receiver == Receiver.OTHER) {
        ownerships.in(tx).giveOut(user.id());
      }
      return Optional.of(links.invitation(tx, visit, user, receiver).address());
    }

    /// Mails an owner the code by which they accept what is offered, where mail is sent. Runs as
    /// the owner of `auth`, as [#join].
    public void mailAcceptance(Transaction tx, UUID account, String code) {
      if (ownerships.canMail()) {
        messages.membership(tx, outbox, visit, new Users(tx).get(account), code);
      }
    }

    /// Sends what is to be mailed, after the transaction was committed.
    public void send() {
      delivery.sendLater(visit, outbox);
    }
  }

  /// For somebody with this address. Refuses one that the mail server does not take: the server is
  /// asked here, since the transaction holds a connection.
  public Joins joins(Project project, String email) {
    deliverable.require(Addresses.normal(email));
    return new Joins(visit(project));
  }

  /// Whether invitations are mailed, and no link is ever in an answer.
  public boolean mailsInvitations() {
    return ownerships.canMail();
  }

  /// Answers after the same time, whatever is known of an address.
  public <T> T evenly(Supplier<T> work) {
    return pace.answer(work);
  }

  /// Removes an account with its sessions and identities, as [Joins#join] does its work.
  public void remove(Project project, Transaction tx, UUID id) {
    users.delete(tx, visit(project), id);
  }

  private Visit visit(Project project) {
    return visits.own(
        project,
        new Caller(project, Caller.SERVICE_ROLE, Claims.ofRole(Caller.SERVICE_ROLE), true));
  }

  private static Account account(User user) {
    return new Account(user.id(), user.email());
  }
}
