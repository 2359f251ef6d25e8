package io.stabbur.auth.code;

import io.stabbur.auth.code.AccountEvent.Fate;
import io.stabbur.auth.session.FlowStates;
import io.stabbur.auth.session.Sessions;
import io.stabbur.platform.db.Transaction;
import java.util.Optional;
import java.util.UUID;

/// Ends what an event in the life of an account ends, inside one transaction.
public record Revocations(Transaction tx) {
  /// An event that happened in no session of the account.
  public void after(AccountEvent event, UUID user) {
    after(event, user, Optional.empty());
  }

  /// An event that happened in a session of the account.
  ///
  /// @param session the session in which it happened
  public void after(AccountEvent event, UUID user, Optional<UUID> session) {
    if (event.oneTimeTokens() == Fate.END) {
      endTokens(event, user);
    }
    endSessions(event.sessions(), user, session);
    if (event.flows() == Fate.END) {
      new FlowStates(tx).endBegun(user);
    }
  }

  /// Whoever uses a token up writes the columns that belong to it.
  private void endTokens(AccountEvent event, UUID user) {
    if (event == AccountEvent.TOKEN_USED) {
      new OneTimeTokens(tx).clearAll(user);
    } else {
      new OneTimeTokens(tx).endAll(user);
      new FlowStates(tx).endWaiting(user);
    }
    if (event == AccountEvent.PASSWORD_CHANGED || event == AccountEvent.PASSWORD_SET) {
      new OneTimeTokens(tx).forgetTimes(user);
    }
  }

  private void endSessions(Fate fate, UUID user, Optional<UUID> session) {
    var sessions = new Sessions(tx);
    switch (fate) {
      case END -> sessions.endAll(user);
      case END_OTHERS ->
          session.ifPresentOrElse(
              kept -> sessions.endOthers(user, kept), () -> sessions.endAll(user));
      case END_THIS -> session.ifPresent(sessions::end);
      case END_WEAKER -> sessions.endBelowAal2(user);
      // who removes the factor lowers the sessions that rest on it; a ban is asked for each time
      case STAY, WEAKEN, WAIT -> {}
    }
  }
}
