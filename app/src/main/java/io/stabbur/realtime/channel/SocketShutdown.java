package io.stabbur.realtime.channel;

import io.stabbur.platform.http.ShutdownStep;
import io.stabbur.project.Projects;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;

/// Closes the sockets of a process that is going a few at a time, so that their clients do not all
/// connect again at the same moment.
@Singleton
final class SocketShutdown implements ShutdownStep {
  private static final int BATCH = 100;
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Projects projects;
  private final ChannelsOfProjects channels;

  SocketShutdown(Projects projects, ChannelsOfProjects channels) {
    this.projects = projects;
    this.channels = channels;
  }

  @Override
  public void run(Duration limit) throws InterruptedException {
    var sockets = new ArrayList<Channels>();
    for (var project : projects.all()) {
      channels.ifMade(project).ifPresent(each -> sockets.addAll(each.sockets()));
    }
    int batches = Math.max(1, (int) (limit.toMillis() / PAUSE.toMillis()));
    int size = Math.max(BATCH, sockets.size() / batches + 1);
    for (int from = 0; from < sockets.size(); from += size) {
      if (from > 0) {
        Thread.sleep(PAUSE);
      }
      sockets.subList(from, Math.min(from + size, sockets.size())).forEach(Channels::restart);
    }
  }
}
