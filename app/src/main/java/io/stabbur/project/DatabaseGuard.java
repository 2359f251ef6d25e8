package io.stabbur.project;

import io.stabbur.platform.db.Login;

/// Says whether this server may open a database that an operator named, before anything is done to
/// it, and is told of those that it opened.
public interface DatabaseGuard {
  /// Refused with [StartFailure] where it may not.
  ///
  /// @param owner the login that would change it
  void requireOwn(String project, Login owner);

  /// Notes that it was opened, before it is served.
  void opened(Project project);
}
