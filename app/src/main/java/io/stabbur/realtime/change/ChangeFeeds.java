package io.stabbur.realtime.change;

import io.stabbur.project.Project;

/// The change feed of each project. A bean of this type is what channels ask for changes of rows
/// and for messages of the database; without one, bindings are answered with a `system` error.
public interface ChangeFeeds {
  /// The feed of one project: the same one at each call. Never blocks.
  ChangeFeed of(Project project);
}
