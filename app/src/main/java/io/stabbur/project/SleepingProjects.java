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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The projects that were added at run time. Each is opened by the first request for one of its
/// hosts and closed again when nobody has asked for a while. Opening one waits for no other: a
/// database that does not answer holds up requests for its own project only.
final class SleepingProjects {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  /// How long a project that was moved is served with what it knows from the server it has left.
  private static final Duration LEFT = Duration.ofMinutes(1);

  /// How long a project is kept open for requests that have it, after another took its place.
  private static final Duration GRACE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(SleepingProjects.class);

  private final Opener opener;
  private volatile Map<String, Entry> byHost = Map.of();
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  SleepingProjects(Opener opener) {
    this.opener = opener;
  }

  /// How projects are opened and closed.
  interface Opener {
    Project open(DeclaredProject declared);

    /// Has a project that is served go to the server of other settings.
    void move(Project served, DeclaredProject declared);

    /// Opens a project that takes the place of one that is served, which stays open.
    Project replace(Project served, DeclaredProject declared);

    void close(Project project);
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
    private volatile long heldUntil = System.nanoTime();

    private Entry(DeclaredProject declared, @Nullable Entry previous) {
      this.declared = declared;
      this.previous = previous;
      this.lock = previous == null ? new ReentrantLock() : previous.lock;
    }

    private String name() {
      return declared.settings().name();
    }

    /// Has writes of the open project wait as the declaration says.
    private void hold() {
      var project = open;
      if (project != null) {
        long rest = heldUntil - System.nanoTime();
        project.holdWrites(Duration.ofNanos(Math.max(0, rest)));
      }
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
      var entry = entry(declared, known);
      entry.heldUntil = System.nanoTime() + declared.held().toNanos();
      entry.hold();
      entries.put(name, entry);
      declared.settings().hosts().forEach(host -> hosts.put(host.toLowerCase(Locale.ROOT), entry));
    }
    entries.keySet().retainAll(names);
    byHost = Map.copyOf(hosts);
    var gone = new ArrayList<>(before.values());
    gone.removeAll(entries.values());
    return gone;
  }

  private Entry entry(DeclaredProject declared, @Nullable Entry known) {
    if (known != null && known.declared.isServedLike(declared)) {
      return known;
    }
    var entry = new Entry(declared, known);
    if (known != null && declared.isMovedFrom(known.declared)) {
      move(known, entry);
    }
    return entry;
  }

  /// Requests go to the other server from now on. What else the project keeps there follows when it
  /// is opened anew, beside the requests.
  private void move(Entry known, Entry entry) {
    if (!known.lock.tryLock()) {
      return;
    }
    try {
      var served = known.open;
      if (served != null) {
        opener.move(served, entry.declared);
        known.open = null;
        entry.open = served;
        Thread.ofVirtual().name("moved " + entry.name()).start(() -> replace(entry, served));
      }
    } catch (RuntimeException e) {
      LOG.warn("Project {} is closed to be moved: {}", entry.name(), LeftOutProjects.reason(e));
    } finally {
      known.lock.unlock();
    }
  }

  private void replace(Entry entry, Project served) {
    long until = System.nanoTime() + LEFT.toNanos();
    try {
      while (entry.open == served) {
        if (isReplaced(entry, served)) {
          Thread.sleep(GRACE);
          opener.close(served);
        } else if (System.nanoTime() - until > 0) {
          giveUp(entry, served);
        } else {
          Thread.sleep(PAUSE);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whoever asks next has it opened anew.
  private void giveUp(Entry entry, Project served) {
    entry.lock.lock();
    try {
      if (entry.open == served) {
        LOG.warn("Project {} is closed until it opens where it was moved to", entry.name());
        close(entry);
      }
    } finally {
      entry.lock.unlock();
    }
  }

  /// Whether another one is served now in place of a project.
  private boolean isReplaced(Entry entry, Project served) {
    entry.lock.lock();
    try {
      if (entry.open != served) {
        return false;
      }
      entry.open = opener.replace(served, entry.declared);
      entry.hold();
      return true;
    } catch (RuntimeException e) {
      LOG.warn(
          "Project {} does not open where it was moved to, and is retried: {}",
          entry.name(),
          LeftOutProjects.reason(e));
      return false;
    } finally {
      entry.lock.unlock();
    }
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
      // what is written at its end does not wait for a move
      open.holdWrites(Duration.ZERO);
      opener.close(open);
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
      var made = opener.open(entry.declared);
      entry.failure = null;
      entry.open = made;
      entry.hold();
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
