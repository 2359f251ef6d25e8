package io.stabbur.project;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The projects that were added at run time. Each is opened by the first request for one of its
/// hosts and closed again when nobody has asked for a while. Opening one waits for no other: a
/// database that does not answer holds up requests for its own project only.
final class SleepingProjects {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(SleepingProjects.class);

  private final Function<DeclaredProject, Project> opener;
  private final Consumer<Project> closer;
  private volatile Map<String, Entry> byHost = Map.of();
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  SleepingProjects(Function<DeclaredProject, Project> opener, Consumer<Project> closer) {
    this.opener = opener;
    this.closer = closer;
  }

  /// One of them, open or not.
  private static final class Entry {
    private final DeclaredProject declared;
    private final ReentrantLock lock;
    private volatile @Nullable Entry previous;
    private volatile @Nullable Project open;
    private volatile long used = System.nanoTime();
    private volatile long failed;
    private volatile @Nullable RuntimeException failure;
    private volatile boolean isGone;

    private Entry(DeclaredProject declared, @Nullable Entry previous) {
      this.declared = declared;
      this.previous = previous;
      this.lock = previous == null ? new ReentrantLock() : previous.lock;
    }

    private String name() {
      return declared.settings().name();
    }
  }

  /// Makes these the projects that there are. One whose settings changed is closed, and opened anew
  /// when it is asked for.
  void become(Collection<DeclaredProject> wanted) {
    replace(wanted).forEach(this::closeForGood);
  }

  /// The entries that count no more.
  private synchronized List<Entry> replace(Collection<DeclaredProject> wanted) {
    var before = Map.copyOf(entries);
    var hosts = new HashMap<String, Entry>();
    var names = new HashSet<String>();
    for (var declared : wanted) {
      var name = declared.settings().name();
      names.add(name);
      var known = before.get(name);
      var entry =
          known != null && known.declared.isServedLike(declared)
              ? known
              : new Entry(declared, known);
      entries.put(name, entry);
      declared.settings().hosts().forEach(host -> hosts.put(host.toLowerCase(Locale.ROOT), entry));
    }
    entries.keySet().retainAll(names);
    byHost = Map.copyOf(hosts);
    var gone = new ArrayList<>(before.values());
    gone.removeAll(entries.values());
    return gone;
  }

  private void closeForGood(Entry entry) {
    entry.lock.lock();
    try {
      entry.isGone = true;
      close(entry);
    } finally {
      entry.lock.unlock();
    }
  }

  /// With the lock held: whoever asks meanwhile waits, and opens it anew.
  private void close(Entry entry) {
    var open = entry.open;
    entry.open = null;
    if (open != null) {
      closer.accept(open);
    }
  }

  /// Whether a host belongs to one of them.
  boolean claims(@Nullable String host) {
    return host != null && byHost.containsKey(host.toLowerCase(Locale.ROOT));
  }

  /// Whether one has this name.
  boolean has(String name) {
    return entries.containsKey(name);
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /// The open project of a host; empty where there is none or it must be opened first.
  Optional<Project> open(@Nullable String host) {
    var entry = host == null ? null : byHost.get(host.toLowerCase(Locale.ROOT));
    if (entry == null) {
      return Optional.empty();
    }
    entry.used = System.nanoTime();
    return Optional.ofNullable(entry.open);
  }

  /// The project of a host, which is opened where it is not open; blocks.
  Optional<Project> wakeHost(@Nullable String host) {
    return host == null
        ? Optional.empty()
        : Optional.ofNullable(byHost.get(host.toLowerCase(Locale.ROOT))).map(this::wake);
  }

  /// The project of a name, in the same way.
  Optional<Project> wakeName(String name) {
    return Optional.ofNullable(entries.get(name)).map(this::wake);
  }

  private Project wake(Entry entry) {
    entry.used = System.nanoTime();
    if (entry.declared.isSuspended()) {
      throw unavailable("The project is suspended");
    }
    try {
      if (!entry.lock.tryLock(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw unavailable("The project's database does not answer");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw unavailable("The server is stopping");
    }
    try {
      var known = entry.open;
      return known != null ? known : openNow(entry);
    } finally {
      entry.lock.unlock();
    }
  }

  private Project openNow(Entry entry) {
    if (entry.isGone) {
      throw unavailable("The project has changed");
    }
    if (entry.failure != null && System.nanoTime() - entry.failed < PAUSE.toNanos()) {
      throw unavailable("The project does not open");
    }
    try {
      var previous = entry.previous;
      if (previous != null) {
        entry.previous = null;
        closeForGood(previous);
      }
      var made = opener.apply(entry.declared);
      entry.failure = null;
      entry.open = made;
      return made;
    } catch (RuntimeException e) {
      entry.failure = e;
      entry.failed = System.nanoTime();
      LOG.warn("Project {} does not open: {}", entry.name(), LeftOutProjects.reason(e));
      throw unavailable("The project does not open");
    }
  }

  private static ApiException unavailable(String reason) {
    return new ApiException(new Failure.Unavailable(reason));
  }

  /// Opens those that stay open; what does not open is tried again with the next call.
  void wakeThoseThatStay() {
    for (var entry : entries.values()) {
      if (entry.declared.staysOpen() && !entry.declared.isSuspended() && entry.open == null) {
        try {
          var _ = wake(entry);
        } catch (ApiException _) {
          // logged, and tried again
        }
      }
    }
  }

  /// Closes the open projects that nobody has asked for since then.
  void fallAsleep(Duration idle) {
    for (var entry : entries.values()) {
      if (isUnused(entry, idle) && entry.lock.tryLock()) {
        try {
          if (isUnused(entry, idle)) {
            close(entry);
          }
        } finally {
          entry.lock.unlock();
        }
      }
    }
  }

  private static boolean isUnused(Entry entry, Duration idle) {
    var open = entry.open;
    return open != null
        && !entry.declared.staysOpen()
        && System.nanoTime() - entry.used > idle.toNanos()
        && !open.isInUse();
  }
}
