package io.stabbur.auth.people;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Somebody who has an account.
///
/// @param email empty where there is none
/// @param phone its digits; empty where there is none
/// @param name as the account has it; empty where it has none
/// @param suspendedUntil absent where the person may sign in
/// @param isConfirmed whether an address was confirmed
/// @param isInvited whether the account was made by an invitation
/// @param factors how many second factors count
/// @param sessions how many devices are signed in
public record Person(
    UUID id,
    String email,
    String phone,
    String name,
    Instant createdAt,
    @Nullable Instant lastSignInAt,
    @Nullable Instant suspendedUntil,
    boolean isConfirmed,
    boolean isInvited,
    int factors,
    int sessions) {

  static Person read(ResultSet row) throws SQLException {
    return new Person(
        row.getObject("id", UUID.class),
        String.valueOf(row.getString("email")),
        String.valueOf(row.getString("phone")),
        String.valueOf(row.getString("name")),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row, "last_sign_in_at"),
        instant(row, "banned_until"),
        row.getBoolean("confirmed"),
        row.getBoolean("invited"),
        row.getInt("factors"),
        row.getInt("sessions"));
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    var time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  /// What the person is known by: the address, else the phone number, else the id.
  public String address() {
    return !email.isEmpty() ? email : !phone.isEmpty() ? "+" + phone : id.toString();
  }

  public boolean isSuspended(Instant now) {
    return suspendedUntil != null && now.isBefore(suspendedUntil);
  }
}
