package io.stabbur.auth.account;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What somebody shows as a second factor.
public enum FactorType {
  /// A code of an authenticator app.
  TOTP("TOTP", "totp"),
  /// A code that is sent by text message.
  PHONE("Phone", "mfa/phone"),
  /// A signature of a security key, phone or computer.
  WEBAUTHN("WebAuthn", "mfa/webauthn");

  private final String title;
  private final String method;

  FactorType(String title, String method) {
    this.title = title;
    this.method = method;
  }

  /// As messages have it.
  public String title() {
    return title;
  }

  /// As the `amr` claim has it.
  public String method() {
    return method;
  }

  /// As requests, answers and the column `factor_type` have it.
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<FactorType> of(String wire) {
    return Arrays.stream(values()).filter(type -> type.wire().equals(wire)).findFirst();
  }
}
