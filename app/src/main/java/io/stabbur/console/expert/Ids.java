package io.stabbur.console.expert;

import java.util.Optional;
import java.util.UUID;

/// Ids as addresses and forms have them.
final class Ids {
  private Ids() {}

  /// Empty where the text is no id.
  static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text.strip()));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
