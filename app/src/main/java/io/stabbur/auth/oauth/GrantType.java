package io.stabbur.auth.oauth;

import java.util.Arrays;
import java.util.Optional;

/// How a program may get tokens.
enum GrantType {
  AUTHORIZATION_CODE("authorization_code"),
  REFRESH_TOKEN("refresh_token"),
  /// RFC 8628.
  DEVICE_CODE("urn:ietf:params:oauth:grant-type:device_code");

  private final String wire;

  GrantType(String wire) {
    this.wire = wire;
  }

  String wire() {
    return wire;
  }

  static Optional<GrantType> of(String wire) {
    return Arrays.stream(values()).filter(type -> type.wire.equals(wire)).findFirst();
  }
}
