package io.stabbur.realtime.change;

import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;

/// The change feeds of all projects, each made when it is first asked for.
@Singleton
public final class Feeds implements ChangeFeeds {
  private final PerProject<Feed> feeds;

  Feeds(ChangeSettings settings) {
    this.feeds = new PerProject<>(project -> new Feed(project, settings));
  }

  @Override
  public ChangeFeed of(Project project) {
    return feeds.of(project);
  }

  /// What the stream of a project does at this moment.
  public StreamState state(Project project) {
    return feeds.of(project).state();
  }

  /// What the feed of a project has done since its start.
  public ChangeCounts counts(Project project) {
    return feeds.of(project).counts();
  }
}
