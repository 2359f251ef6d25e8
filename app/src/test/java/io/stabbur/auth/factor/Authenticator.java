package io.stabbur.auth.factor;

import io.stabbur.platform.crypto.Totp;
import java.time.Instant;

/// An authenticator app in software.
public final class Authenticator {
  private Authenticator() {}

  /// The code it shows now.
  public static String code(String secret) {
    return Totp.of(secret).code(Instant.now());
  }

  /// The code it will show next.
  public static String next(String secret) {
    return Totp.of(secret).code(Instant.now().plusSeconds(30));
  }
}
