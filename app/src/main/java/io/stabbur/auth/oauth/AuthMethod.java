package io.stabbur.auth.oauth;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How a program proves to be itself at the token endpoint.
enum AuthMethod {
  NONE,
  CLIENT_SECRET_BASIC,
  CLIENT_SECRET_POST;

  String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean isPublic() {
    return this == NONE;
  }

  static Optional<AuthMethod> of(String wire) {
    return Arrays.stream(values()).filter(method -> method.wire().equals(wire)).findFirst();
  }

  static List<String> names() {
    return Arrays.stream(values()).map(AuthMethod::wire).toList();
  }
}
