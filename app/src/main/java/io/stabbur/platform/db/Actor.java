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
/// @param opening a statement that runs before the first one of the transaction, in the same round
///   trip, and may refuse it; its result is not read
/// @param share on whose behalf a connection is used
public record Actor(
    String role, SequencedMap<String, String> settings, @Nullable Statement opening, Share share) {
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
    return new Actor(role, more, opening, share);
  }

  /// The same role with other settings.
  public Actor as(String other) {
    return new Actor(other, settings, null, share);
  }

  /// The same actor, whose transactions begin with this statement; it must answer one result.
  public Actor opening(Statement statement) {
    return new Actor(role, settings, statement, share);
  }

  /// The same actor, which uses connections on this behalf.
  public Actor onBehalfOf(Share other) {
    return new Actor(role, settings, opening, other);
  }

  /// The role and the names of its settings: their values are claims and keys.
  @Override
  public String toString() {
    return role + settings.keySet();
  }
}
