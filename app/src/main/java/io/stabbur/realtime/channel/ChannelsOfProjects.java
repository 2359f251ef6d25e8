package io.stabbur.realtime.channel;

import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.realtime.RealtimeSettings;
import io.stabbur.realtime.change.ChangeFeeds;
import io.stabbur.realtime.room.Rooms;
import jakarta.inject.Singleton;
import java.util.Optional;

/// The channels of each project.
@Singleton
public final class ChannelsOfProjects {
  private final PerProject<ProjectChannels> all;

  ChannelsOfProjects(
      RealtimeSettings settings,
      Rooms rooms,
      ChannelTokens tokens,
      Optional<ChangeFeeds> feeds,
      ChannelMeters meters) {
    all =
        new PerProject<>(
            project -> {
              var feed = feeds.map(each -> each.of(project));
              var made = new ProjectChannels(project, settings, rooms.of(project), tokens, feed);
              meters.watch(made);
              return made;
            });
  }

  public ProjectChannels of(Project project) {
    return all.of(project);
  }

  /// Those that were asked for.
  Optional<ProjectChannels> ifMade(Project project) {
    return all.ifMade(project);
  }
}
