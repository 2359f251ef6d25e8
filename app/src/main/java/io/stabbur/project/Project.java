package io.stabbur.project;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.PoolState;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.life.ChoreListener;
import io.stabbur.project.life.Chores;
import io.stabbur.project.replica.ReadReplicas;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// One Postgres plus its keys, its object store and its settings. Two projects share nothing: a
/// token, key, cache entry or file of one is worthless in the other.
public final class Project implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
  private static final Statement MEMBERSHIPS =
      Statement.of("select rolname::text from pg_roles where pg_has_role(oid, 'member')");

  private final ProjectSettings settings;
  private final URI publicUrl;
  private final Path folder;
  private volatile Keys keys;

  /// Of the key file, as far as it was read.
  private volatile Object keyStamp = "";

  private final StoreSettings store;
  private final Database api;
  private final Database admin;
  private final ReadReplicas replicas;
  private final List<SessionSetup> sessions;
  private final Set<String> memberships;
  private final Chores chores;
  private final Undo connections;
  private final ConcurrentHashMap<PerProject<?>, Part> parts = new ConcurrentHashMap<>();
  private final AtomicInteger holds = new AtomicInteger();
  private volatile boolean closed;

  /// A room's value for this project, made once.
  private static final class Part implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Object value;

    /// Whether there is something to close, or may be in a moment.
    boolean isClosable() {
      var known = value;
      return known == null || known instanceof AutoCloseable;
    }

    String name() {
      var known = value;
      return known == null ? "a part" : known.getClass().getSimpleName();
    }

    /// Waits for one that is being made.
    @Override
    public void close() throws Exception {
      lock.lockInterruptibly();
      try {
        if (value instanceof AutoCloseable closeable) {
          closeable.close();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  Project(
      ProjectSettings settings,
      URI publicUrl,
      Path folder,
      Keys keys,
      StoreSettings store,
      Database api,
      Database admin,
      ReadReplicas replicas,
      List<SessionSetup> sessions,
      List<ChoreListener> choreListeners,
      Undo connections) {
    this.settings = settings;
    this.publicUrl = publicUrl;
    this.folder = folder;
    this.keys = keys;
    this.store = store;
    this.api = api;
    this.admin = admin;
    this.replicas = replicas;
    this.sessions = List.copyOf(sessions);
    this.memberships = memberships(admin);
    this.chores = new Chores(settings.name(), admin, choreListeners);
    this.connections = connections;
  }

  /// The value of a room, made by the first who asks while others who ask for the same one wait.
  /// Nobody who asks for another value waits.
  Object part(PerProject<?> room, Function<Project, ?> make) {
    var part = parts.computeIfAbsent(room, _ -> new Part());
    var known = part.value;
    if (known != null) {
      return known;
    }
    part.lock.lock();
    try {
      var made = part.value;
      if (made == null) {
        requireOpen();
        made = make.apply(this);
        part.value = made;
      }
      return made;
    } finally {
      part.lock.unlock();
    }
  }

  @Nullable Object madePart(PerProject<?> room) {
    var part = parts.get(room);
    return part == null ? null : part.value;
  }

  /// Keeps a project that was added at run time open until the hold is closed.
  public Hold hold() {
    return new Hold(holds);
  }

  /// Whether something lasts on the project: sockets, or statements under way.
  public boolean isInUse() {
    return holds.get() > 0 || isLent(api.pool());
  }

  private static boolean isLent(PoolState pool) {
    return pool.open() > pool.idle() || pool.waiting() > 0;
  }

  private void requireOpen() {
    if (closed) {
      throw new ApiException(new Failure.Unavailable("The project is closed"));
    }
  }

  public String name() {
    return settings.name();
  }

  public ProjectSettings settings() {
    return settings;
  }

  /// The address clients use, without a trailing slash.
  public URI publicUrl() {
    return publicUrl;
  }

  /// The project's own folder on this machine.
  public Path folder() {
    return folder;
  }

  public Keys keys() {
    return keys;
  }

  /// Takes the API keys of the key file, where another process that serves the project has rotated
  /// one: to be asked every second.
  void followKeys() {
    var stamp = KeyFile.stamp(folder);
    if (!stamp.equals(keyStamp)) {
      change(known -> KeyFile.withApiKeys(folder, settings, known));
      keyStamp = stamp;
    }
  }

  synchronized void change(UnaryOperator<Keys> work) {
    keys = work.apply(keys);
  }

  public StoreSettings store() {
    return store;
  }

  /// For requests: logs in as a role without rights, so every use names the role it runs as.
  public Database api() {
    return api;
  }

  /// For the appliance's own work: logs in as the role that runs migrations.
  public Database admin() {
    return admin;
  }

  /// Has writes wait, at most so long, while the database is moved; zero lets them go on.
  public void holdWrites(Duration atMost) {
    for (var database : List.of(api, admin)) {
      if (atMost.isPositive()) {
        database.writes().hold(atMost);
      } else {
        database.writes().release();
      }
    }
  }

  /// Has requests of this project go to another server, which has all of its content, until a
  /// project that was opened there takes its place.
  void moveTo(Login owner, Login requests) {
    replicas.retire();
    admin.moveTo(owner);
    api.moveTo(requests);
    holdWrites(Duration.ZERO);
  }

  /// Standbys that answer reads in place of [#api].
  public ReadReplicas replicas() {
    return replicas;
  }

  /// The project's background work; it ends with the project.
  public Chores chores() {
    return chores;
  }

  /// The actor of a caller's transaction, with what rooms set for its session.
  ///
  /// @param claims what the caller's token says
  public Actor session(Actor actor, JsonNode claims) {
    var set = actor;
    for (var room : sessions) {
      set = room.apply(this, set, claims);
    }
    return set;
  }

  /// As whom the appliance does its own work in a schema that belongs to `owner`, such as
  /// `supabase_auth_admin`. A hosted project does not let its login become that role; there a role
  /// stands in that has the same rights on the rows.
  public Actor keeper(String owner) {
    if (memberships.contains(owner)) {
      return Actor.of(owner);
    }
    return Actor.of(owner.equals("supabase_storage_admin") ? "service_role" : admin.login().user());
  }

  private static Set<String> memberships(Database admin) {
    return admin.transaction(
        Actor.of(admin.login().user()),
        Access.READ,
        tx -> Set.copyOf(tx.list(MEMBERSHIPS, row -> row.getString(1))));
  }

  /// Ends the chores, then closes all parts, then the pools and the embedded server, whichever of
  /// them fails.
  @Override
  public void close() {
    closed = true;
    var all = new CloseAll();
    all.close("chores of project " + name(), CLOSE_LIMIT, chores);
    for (var part : List.copyOf(parts.values())) {
      if (part.isClosable()) {
        all.close(part.name() + " of project " + name(), CLOSE_LIMIT, part);
      }
    }
    connections.run(all);
    all.throwFailure();
  }

  @Override
  public String toString() {
    return "Project[" + name() + "]";
  }
}
