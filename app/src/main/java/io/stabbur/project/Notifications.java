package io.stabbur.project;

import io.stabbur.platform.db.SharedListener;

/// What a project's database notifies of. All rooms of a project listen on one connection, which
/// follows the project where it is moved to.
public final class Notifications {
  private static final PerProject<SharedListener> LISTENERS =
      new PerProject<>(project -> new SharedListener(() -> project.admin().login()));

  private Notifications() {}

  /// The listener of a project, closed with it.
  public static SharedListener of(Project project) {
    return LISTENERS.of(project);
  }
}
