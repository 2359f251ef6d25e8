package io.stabbur.platform.db;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// As whom a transaction runs: a database role and settings that end with the transaction, such as
/// `request.jwt.claims`. Settings keep their order, so that the same kind of request has the same
/// text.
public record Actor(String role, SequencedMap<String, String> settings) {
  public Actor {
    settings = new LinkedHashMap<>(settings);
  }

  /// A role without settings, for work of our own.
  public static Actor of(String role) {
    return new Actor(role, new LinkedHashMap<>());
  }

  /// The same role with one more setting.
  public Actor with(String name, String value) {
    var more = new LinkedHashMap<>(settings);
    more.put(name, value);
    return new Actor(role, more);
  }

  /// The same role with more settings.
  public Actor with(Map<String, String> added) {
    var more = new LinkedHashMap<>(settings);
    more.putAll(added);
    return new Actor(role, more);
  }
}
