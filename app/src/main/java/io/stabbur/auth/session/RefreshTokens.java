package io.stabbur.auth.session;

import io.stabbur.platform.db.Transaction;
import jakarta.inject.Singleton;
import java.util.UUID;

/// Gives a session a refresh token outside the refresh grant, when what it may do has changed.
@Singleton
public final class RefreshTokens {
  private final TokenSettings settings;

  RefreshTokens(TokenSettings settings) {
    this.settings = settings;
  }

  /// The new token, as a child of the one before: a client that loses the answer goes on with that.
  public String replace(Transaction tx, UUID session, UUID user) {
    var rows = new RefreshRows(tx);
    var parent = rows.active(session);
    rows.revokeAll(session);
    if (settings.refreshFormat() == 2) {
      return rows.upgrade(new Sessions(tx).byId(session).orElseThrow()).text();
    }
    return rows.insert(session, user, parent).text();
  }
}
