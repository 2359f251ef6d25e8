package io.stabbur.project;

import java.time.Duration;
import java.util.Map;

/// A project that was added at run time.
///
/// @param files its key files by name, written to its folder where it has none
/// @param isSuspended whether it is not served
/// @param staysOpen whether it is opened at once and kept open, for work by the clock
/// @param held how long its writes wait, at most, because its database is moved; zero where they do
///   not
/// @param moves how often it has changed over to a database with the same content
public record DeclaredProject(
    ProjectSettings settings,
    Map<String, String> files,
    boolean isSuspended,
    boolean staysOpen,
    Duration held,
    int moves) {
  public DeclaredProject {
    files = Map.copyOf(files);
  }

  /// Whether it is served in the same way; changed key files are read by whoever uses them.
  boolean isServedLike(DeclaredProject other) {
    return settings.equals(other.settings)
        && isSuspended == other.isSuspended
        && staysOpen == other.staysOpen;
  }

  /// Whether the other one is this project before it changed over to a database with the same
  /// content.
  boolean isMovedFrom(DeclaredProject other) {
    return moves != other.moves
        && !settings.isEmbedded()
        && !other.settings.isEmbedded()
        && settings.equals(other.settings.onServerOf(settings))
        && isSuspended == other.isSuspended
        && staysOpen == other.staysOpen;
  }

  @Override
  public String toString() {
    return "DeclaredProject[" + settings.name() + "]";
  }
}
