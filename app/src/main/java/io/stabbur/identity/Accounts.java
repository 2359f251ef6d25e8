package io.stabbur.identity;

import io.stabbur.platform.db.Transaction;
import io.stabbur.project.Project;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What other rooms may do with accounts, inside their own transactions: let somebody join, remove
/// an account. Refusals are those of every API ([io.stabbur.platform.error.Refused]).
public interface Accounts {
  /// An account as other rooms see it.
  record Account(UUID id, String email) {}

  /// Who lets somebody join.
  enum Inviter {
    OPERATOR,
    /// An administrator of the platform.
    PLATFORM,
    /// An administrator of the organization alone: learns nothing of who has an account already.
    ORGANIZATION
  }

  /// How an account that is to join came to be.
  enum Standing {
    /// It was made for this.
    NEW,
    /// It was made for the same organization before, and nobody took it over yet.
    INVITED_BEFORE,
    /// Its owner proved the address, or nobody could and nobody but the operator knows a way in.
    OWNED,
    /// Somebody else than its owner may know a way into it.
    DOUBTFUL
  }

  /// Somebody who is to join.
  ///
  /// @param email as it was typed
  record Joiner(String email, Inviter inviter, UUID organization) {}

  /// The account that joins.
  ///
  /// @param link the address to send to the person, where no mail is sent; an organization that
  ///   invites gets one for every address
  record Invitation(Account account, Standing standing, Optional<String> link) {}

  /// Work on accounts in one transaction of another room, and the mails that are sent after it.
  interface Joins {
    /// Finds or creates the account of an address in the caller's transaction. A new account has
    /// the password, or its owner is mailed a link, or the link is in the answer; an account that
    /// exists is left unchanged. The transaction runs as the owner of `auth` for this call.
    Invitation join(Transaction tx, Joiner joiner);

    /// Mails an owner the code by which they accept what is offered, where mail is sent. Runs as
    /// the owner of `auth`, as [#join].
    void mailAcceptance(Transaction tx, UUID account, String code);

    /// Sends what is to be mailed, after the transaction was committed.
    void send();
  }

  /// For somebody with this address. Refuses one that the mail server does not take, and everybody
  /// while too much waits to be sent: both are asked here, before rows are made, since the
  /// transaction holds a connection.
  ///
  /// @param password of a new account; an account that exists keeps its own
  Joins joins(Project project, String email, @Nullable String password);

  /// Whether invitations are mailed, and no link is ever in an answer.
  boolean mailsInvitations();

  /// Answers after the same time, whatever is known of an address.
  <T> T evenly(Supplier<T> work);

  /// Removes an account with its sessions and identities, as [Joins#join] does its work.
  void remove(Project project, Transaction tx, UUID id);
}
