package io.stabbur.platform.sql;

import java.util.Optional;
import java.util.UUID;

/// UUIDs that come as texts.
public final class Uuids {
  private static final int LENGTH = 36;

  private Uuids() {}

  /// A UUID in the one form in which Postgres and clients write it, in letters of any case; empty
  /// for any other text.
  public static Optional<UUID> parse(String text) {
    if (text.length() != LENGTH) {
      return Optional.empty();
    }
    try {
      // which takes shorter and longer groups, too
      return Optional.of(UUID.fromString(text)).filter(id -> id.toString().equalsIgnoreCase(text));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
