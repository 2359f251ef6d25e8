package io.stabbur.auth.code;

import io.stabbur.auth.account.User;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/// Whose an account is, inside one transaction. Every account begins unproven: somebody else than
/// the owner of its address may have made it, or be given a way into it. With the first proof of
/// the address everything that was made in it before ends; see [#prove].
///
/// An account that was proven becomes doubtful again when an administrator gives somebody a
/// password of it, or somebody follows a link that was handed over. What was there before stays.
public record Ownership(Transaction tx, Reach reach) {
  /// Whether codes and links can be sent to people.
  public enum Reach {
    MAIL,
    NO_MAIL
  }

  /// How an address was shown to be the person's.
  public enum Proof {
    /// By the code or link that was sent to confirm a sign-up.
    CONFIRMATION,
    /// By any other code or link that was sent there, or by a provider that vouches for it.
    OTHER
  }

  public boolean isProven(UUID user) {
    return asked("select stabbur_auth.is_proven(?)", user);
  }

  /// Whether the account may become a member of an organisation that did not make it.
  public boolean mayJoin(UUID user) {
    return asked("select stabbur_auth.may_join(?)", user);
  }

  /// The organisation whose invitation made the account, until somebody follows its link or asks
  /// for a mail.
  public Optional<UUID> invitedBy(UUID user) {
    return tx.first(
        Statement.of(
            """
            select invited_by from stabbur_auth.unproven
            where user_id = ? and invited_by is not null\
            """,
            user),
        rows -> rows.getObject(1, UUID.class));
  }

  /// Notes that the account is not proven; one that is doubtful already stays as it is.
  public void doubt(UUID user) {
    tx.update(
        Statement.of(
            """
            insert into stabbur_auth.unproven (user_id, provable) values (?, ?)
            on conflict (user_id) do nothing\
            """,
            user,
            provable()));
  }

  /// A sign-up made the account: what it brought is the person's who confirms it.
  public void signedUp(UUID user) {
    doubt(user);
    tx.update(
        Statement.of("update stabbur_auth.unproven set sign_up = true where user_id = ?", user));
  }

  /// Somebody asks for an account that waits for a confirmation and shows nothing of the sign-up
  /// that made it: it is no longer known whose sign-up the next mail confirms.
  public void dispute(UUID user) {
    tx.update(
        Statement.of(
            """
            update stabbur_auth.unproven set sign_up = false, invited_by = null
            where user_id = ?\
            """,
            user));
  }

  /// A mail that confirms the sign-up takes the place of the link that was handed over.
  public void claim(UUID user) {
    tx.update(
        Statement.of("update stabbur_auth.unproven set invited_by = null where user_id = ?", user));
  }

  /// The account was made for an invitation.
  public void invited(UUID user, UUID organization) {
    tx.update(
        Statement.of(
            "update stabbur_auth.unproven set invited_by = ? where user_id = ?",
            organization,
            user));
  }

  /// Tells the project that the link of the invitation was followed that made the account.
  public void followInvitation(UUID user, UUID organization) {
    claim(user);
    tx.first(
        Statement.of("select stabbur_auth.tell_of_invitation(?, ?)", user, organization),
        _ -> true);
  }

  /// Somebody besides the operator was given a link or a password.
  public void giveOut(UUID user) {
    doubt(user);
    tx.update(
        Statement.of("update stabbur_auth.unproven set given_out = true where user_id = ?", user));
  }

  /// An administrator gave the account a password: none survives the next proof.
  public void passwordGiven(UUID user) {
    doubtFromNow(user);
    tx.update(
        Statement.of(
            "update stabbur_auth.unproven set kept_password = null where user_id = ?", user));
  }

  /// An administrator gave somebody a way into the account that leaves its password as it is.
  public void accessGiven(UUID user) {
    doubtFromNow(user);
  }

  /// The account has another address, which nobody has proven.
  public void readdressed(UUID user) {
    doubt(user);
    tx.update(
        Statement.of(
            """
            update stabbur_auth.unproven set since = '-infinity', kept_password = null, sign_up = false,
              invited_by = null
            where user_id = ?\
            """,
            user));
  }

  /// A code or link that signs in was used. One that was handed over proves nothing; one that the
  /// operator handed over ends what was given to anybody else.
  public void tokenUsed(User user, OneTimeTokens.Kind kind, Receiver receiver) {
    switch (receiver) {
      case ADDRESS ->
          prove(
              user.id(),
              kind == OneTimeTokens.Kind.CONFIRMATION ? Proof.CONFIRMATION : Proof.OTHER,
              Optional.empty());
      case OPERATOR -> {
        doubtFromNow(user.id());
        if (asked("select given_out from stabbur_auth.unproven where user_id = ?", user.id())) {
          takeBack(user.id());
        }
      }
      case OTHER -> doubtFromNow(user.id());
    }
  }

  private void takeBack(UUID user) {
    new Credentials(tx).end(user, Optional.empty());
    tx.update(
        Statement.of(
            """
            update stabbur_auth.unproven set given_out = false, invited_by = null
            where user_id = ?\
            """,
            user));
  }

  /// The address was shown to be the person's. Everything that was made in the account while it was
  /// doubtful ends, but for the identity that proves it, and for what the sign-up brought that is
  /// being confirmed. Nothing happens to an account that is proven already.
  ///
  /// @param identity the provider's identity that vouches for the address
  public void prove(UUID user, Proof proof, Optional<UUID> identity) {
    var signUp =
        tx.first(
            Statement.of(
                "select sign_up from stabbur_auth.unproven where user_id = ? for update", user),
            rows -> rows.getBoolean(1));
    if (signUp.isEmpty()) {
      return;
    }
    if (!(signUp.get() && proof == Proof.CONFIRMATION)) {
      new Credentials(tx).end(user, identity);
    }
    settle(user);
  }

  private void settle(UUID user) {
    tx.update(Statement.of("delete from stabbur_auth.unproven where user_id = ?", user));
  }

  /// What is made in the account from now on may be somebody else's; in one that was not proven
  /// before, everything may be.
  private void doubtFromNow(UUID user) {
    tx.update(
        Statement.of(
            """
            insert into stabbur_auth.unproven (user_id, provable, since, kept_password)
            select u.id, ?,
              case when stabbur_auth.is_proven(u.id) then now() else '-infinity' end,
              case when stabbur_auth.is_proven(u.id)
                then sha256(convert_to(u.encrypted_password, 'UTF8')) end
            from auth.users u where u.id = ?
            on conflict (user_id) do update set sign_up = false\
            """,
            provable(),
            user));
  }

  private boolean provable() {
    return reach == Reach.MAIL;
  }

  private boolean asked(String question, UUID user) {
    return tx.first(Statement.of(question, user), rows -> rows.getBoolean(1)).orElse(false);
  }
}
