package io.stabbur.platform.db;

import io.stabbur.platform.share.Share;
import io.stabbur.platform.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// As whom a transaction runs: a database role and settings that end with the transaction, such as
/// `request.jwt.claims`. Settings keep their order, so that the same kind of request has the same
/// text.
///
/// @param check an expression that is evaluated after the settings were made and before the first
///   statement, in the same message, with the rights of the login role; it may refuse the
///   transaction and change its settings, and its value is not read
/// @param share on whose behalf a connection is used
public record Actor(
    String role, SequencedMap<String, String> settings, @Nullable Statement check, Share share) {
  public Actor {
    settings = new LinkedHashMap<>(settings);
  }

  /// A role without settings, for work of our own.
  public static Actor of(String role) {
    return new Actor(role, new LinkedHashMap<>(), null, Share.APPLIANCE);
  }

  /// The same role with one more setting.
  public Actor with(String name, String value) {
    return with(Map.of(name, value));
  }

  /// The same role with more settings.
  public Actor with(Map<String, String> added) {
    var more = new LinkedHashMap<>(settings);
    more.putAll(added);
    return new Actor(role, more, check, share);
  }

  /// The same actor, whose statements Postgres does not compile: what reads the catalog is
  /// estimated as dear and reads little, so that compiling it takes many times as long as running
  /// it.
  public Actor withoutJit() {
    return with("jit", "off");
  }

  /// The same role with other settings.
  public Actor as(String other) {
    return new Actor(other, settings, null, share);
  }

  /// The same actor, whose transactions begin with this check.
  public Actor checkedBy(Statement expression) {
    return new Actor(role, settings, expression, share);
  }

  /// The same actor, which uses connections on this behalf.
  public Actor onBehalfOf(Share other) {
    return new Actor(role, settings, check, other);
  }

  /// The role and the names of its settings: their values are claims and keys.
  @Override
  public String toString() {
    return role + settings.keySet();
  }
}
