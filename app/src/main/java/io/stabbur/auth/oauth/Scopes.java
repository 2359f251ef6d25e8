package io.stabbur.auth.oauth;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a program may learn of a person, as the words of the `scope` parameter.
///
/// @param names in the order they were asked for, each once
record Scopes(List<String> names) {
  static final String OPENID = "openid";
  static final String PROFILE = "profile";
  static final String EMAIL = "email";
  static final String PHONE = "phone";
  static final List<String> SUPPORTED = List.of(OPENID, PROFILE, EMAIL, PHONE, "offline_access");

  static Scopes of(String text) {
    return new Scopes(
        Stream.of(text.split(" ", -1)).filter(name -> !name.isBlank()).distinct().toList());
  }

  boolean has(String name) {
    return names.contains(name);
  }

  boolean covers(Scopes asked) {
    return names.containsAll(asked.names);
  }

  /// The first that nobody can be given.
  Optional<String> unsupported() {
    return names.stream().filter(name -> !SUPPORTED.contains(name)).findFirst();
  }

  String text() {
    return String.join(" ", names);
  }
}
