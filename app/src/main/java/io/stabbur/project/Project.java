package io.stabbur.project;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.life.ChoreListener;
import io.stabbur.project.life.Chores;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

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
  private final StoreSettings store;
  private final Database api;
  private final Database admin;
  private volatile Optional<String> keysWithheld;
  private final Set<String> memberships;
  private final Chores chores;
  final ConcurrentHashMap<PerProject<?>, Object> parts = new ConcurrentHashMap<>();

  Project(
      ProjectSettings settings,
      URI publicUrl,
      Path folder,
      Keys keys,
      StoreSettings store,
      Database api,
      Database admin,
      Optional<String> keysWithheld,
      List<ChoreListener> choreListeners) {
    this.settings = settings;
    this.publicUrl = publicUrl;
    this.folder = folder;
    this.keys = keys;
    this.store = store;
    this.api = api;
    this.admin = admin;
    this.keysWithheld = keysWithheld;
    this.memberships = memberships(admin);
    this.chores = new Chores(settings.name(), admin, choreListeners);
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

  /// The project's background work; it ends with the project.
  public Chores chores() {
    return chores;
  }

  /// Why no key of personal data is handed to this database; empty where they are.
  public Optional<String> keysWithheld() {
    return keysWithheld;
  }

  void withholdKeys(Optional<String> reason) {
    keysWithheld = reason;
  }

  /// What an operator should do about the database's log, as it is set up now.
  public Optional<String> logComplaint() {
    ParameterLog.follow(this);
    return keysWithheld;
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

  /// Ends the chores, then closes all parts, then the pools, whichever of them fails.
  @Override
  public void close() {
    var all = new CloseAll();
    all.close("chores of project " + name(), CLOSE_LIMIT, chores);
    for (var part : List.copyOf(parts.values())) {
      if (part instanceof AutoCloseable closeable) {
        all.close(
            part.getClass().getSimpleName() + " of project " + name(), CLOSE_LIMIT, closeable);
      }
    }
    all.close("api pool of project " + name(), CLOSE_LIMIT, api);
    all.close("admin pool of project " + name(), CLOSE_LIMIT, admin);
    all.throwFailure();
  }

  @Override
  public String toString() {
    return "Project[" + name() + "]";
  }
}
