package io.stabbur.realtime.channel;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.SharedListener;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Notifications;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The background work of channels. Every second: ends idle sockets, closes channels whose token
/// has expired, judges those again whose account has changed. Every hour: partitions for the
/// messages of the coming days.
@Singleton
final class SocketSweep implements RoomChores {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration PARTITIONS = Duration.ofHours(1);
  private static final Statement ROLL = Statement.of("select stabbur.roll_message_partitions()");
  private static final String NO_SUCH_FUNCTION = "42883";
  private static final Logger LOG = LoggerFactory.getLogger(SocketSweep.class);

  private final ChannelsOfProjects channels;
  private final Clock clock;
  private final PerProject<Changed> changed = new PerProject<>(Changed::new);

  /// The accounts of a project that have changed since the last sweep.
  private static final class Changed implements AutoCloseable {
    private final Set<UUID> accounts = ConcurrentHashMap.newKeySet();
    private final SharedListener.Ear listener;

    Changed(Project project) {
      listener = Notifications.of(project).listen("stabbur_account_changes", this::hear);
    }

    /// An empty message says that some may have been missed, those before listening began among
    /// them.
    private void hear(String account) {
      try {
        accounts.add(account.isEmpty() ? Check.ALL : UUID.fromString(account));
      } catch (IllegalArgumentException e) {
        LOG.warn("stabbur_account_changes was notified of something that is no account");
      }
    }

    Set<UUID> take() {
      var taken = new HashSet<>(accounts);
      accounts.removeAll(taken);
      return taken;
    }

    @Override
    public void close() {
      listener.close();
    }
  }

  SocketSweep(ChannelsOfProjects channels, Clock clock) {
    this.channels = channels;
    this.clock = clock;
  }

  @Override
  public List<Chore> chores(Project project) {
    return List.of(
        Chore.every(EVERY, "realtime-sweep", () -> sweep(project)),
        Chore.every(PARTITIONS, "realtime-partitions", () -> roll(project)).byOneAtATime());
  }

  private void sweep(Project project) {
    var sockets = channels.of(project).sockets();
    if (sockets.isEmpty()) {
      return;
    }
    var check = new Check(clock.instant(), true, changed.of(project).take());
    sockets.forEach(socket -> socket.check(check));
  }

  private static void roll(Project project) {
    var admin = project.admin();
    try {
      admin.exchange(Actor.of(admin.login().user()), Access.WRITE, ROLL, _ -> true);
    } catch (ApiException e) {
      // a hosted project has partitions of its own
      if (!(e.error() instanceof Failure.Database failure)
          || !failure.sqlState().equals(NO_SUCH_FUNCTION)) {
        throw e;
      }
    }
  }
}
