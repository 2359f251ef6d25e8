package io.stabbur.auth.session;

import io.stabbur.auth.account.User;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.request.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A refresh token with everything its exchange depends on, as it stands under the lock.
record Family(Row row, Session session, User user) {
  static Family of(Row row) {
    return new Family(
        row, Session.of(row.row("session"), row.rows("methods")), Users.within(row.row("user")));
  }

  boolean tokenRevoked() {
    return row.row("token").flag("revoked");
  }

  Instant tokenUpdatedAt() {
    var at = tokenUpdatedAtOrNull();
    return at == null ? Instant.EPOCH : at;
  }

  @Nullable Instant tokenUpdatedAtOrNull() {
    return row.row("token").instant("updated_at");
  }

  /// The token that may be used now, "" when the whole family is revoked.
  String activeToken() {
    return row.row("active").text("token");
  }

  String activeParent() {
    return row.row("active").text("parent");
  }

  String counterKey() {
    return session.row().text("refresh_token_hmac_key");
  }

  long counter() {
    return session.row().number("refresh_token_counter");
  }
}
