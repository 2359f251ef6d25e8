package io.stabbur.auth.code;

import java.util.Arrays;
import java.util.Locale;

/// Who was given a code or link: only one that was sent to the address proves the address.
public enum Receiver {
  /// The e-mail address or phone number it was made for, and nobody else.
  ADDRESS,
  /// Whoever holds the service key.
  OPERATOR,
  /// Anybody else, or nobody knows.
  OTHER;

  static Receiver of(String stored) {
    return Arrays.stream(values())
        .filter(receiver -> receiver.stored().equals(stored))
        .findFirst()
        .orElse(OTHER);
  }

  String stored() {
    return name().toLowerCase(Locale.ROOT);
  }
}
