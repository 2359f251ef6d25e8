package io.stabbur.project;

import java.util.Map;

/// A project that was added at run time.
///
/// @param files its key files by name, written to its folder where it has none
/// @param isSuspended whether it is not served
/// @param staysOpen whether it is opened at once and kept open, for work by the clock
public record DeclaredProject(
    ProjectSettings settings, Map<String, String> files, boolean isSuspended, boolean staysOpen) {
  public DeclaredProject {
    files = Map.copyOf(files);
  }

  /// Whether it is served in the same way; changed key files are read by whoever uses them.
  boolean isServedLike(DeclaredProject other) {
    return settings.equals(other.settings)
        && isSuspended == other.isSuspended
        && staysOpen == other.staysOpen;
  }

  @Override
  public String toString() {
    return "DeclaredProject[" + settings.name() + "]";
  }
}
