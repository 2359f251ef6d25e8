package io.stabbur.project;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.project.embedded.EngineOptions;
import io.stabbur.project.embedded.TransactionPooler;
import io.stabbur.project.life.Chore;
import io.stabbur.project.life.ChoreListener;
import io.stabbur.project.replica.CallerPositions;
import io.stabbur.project.replica.ReadReplicas;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Opens a project in steps: folder, keys, database, schemas, pools, root keys, API keys,
/// migrations, what rooms set in sessions. When a step fails, the steps before it are undone in
/// reverse order, so that nothing of a project that did not open stays behind in this process.
final class ProjectOpener {
  private static final Duration KEY_FILE = Duration.ofSeconds(1);

  private final ServerSettings server;
  private final PostgresSettings postgres;
  private final EngineOptions engine;
  private final List<SessionSetup> sessions;
  private final List<ChoreListener> choreListeners;
  private final SampleKeys.Use samples;
  private final List<DatabaseGuard> guards;

  ProjectOpener(
      ServerSettings server,
      PostgresSettings postgres,
      List<SessionSetup> sessions,
      List<ChoreListener> choreListeners,
      SampleKeys.Use samples,
      List<DatabaseGuard> guards) {
    this(server, postgres, postgres.options(), sessions, choreListeners, samples, guards);
  }

  private ProjectOpener(
      ServerSettings server,
      PostgresSettings postgres,
      EngineOptions engine,
      List<SessionSetup> sessions,
      List<ChoreListener> choreListeners,
      SampleKeys.Use samples,
      List<DatabaseGuard> guards) {
    this.server = server;
    this.postgres = postgres;
    this.engine = engine;
    this.sessions = List.copyOf(sessions);
    this.choreListeners = choreListeners;
    this.samples = samples;
    this.guards = List.copyOf(guards);
  }

  /// The same for scratch copies of projects, in which no jobs run.
  ProjectOpener ofCopies() {
    return new ProjectOpener(
        server, postgres, engine.withoutJobs(), sessions, choreListeners, samples, guards);
  }

  /// The project, ready to be used. What was opened for it is closed with it.
  Project open(ProjectSettings settings) {
    var undo = new Undo();
    try {
      var project = connected(settings, undo);
      if (settings.prepare()) {
        announceKeys(project);
        ProjectIdentity.confirm(project);
      }
      var vaultKeys = vaultKeys(project);
      var _ = SigningKeyStore.of(project);
      var _ = ApiKeyStore.of(project);
      var _ = AccountCheck.of(project);
      if (server.migrate()) {
        var migrations = new Migrations(project.admin(), server.migrations());
        var pending = migrations.pending(Migrations.Older.REFUSE);
        if (!pending.isEmpty()) {
          RecoveryPoint.before(project, pending);
          migrations.apply(Migrations.Older.REFUSE);
        }
      }
      if (settings.prepare()) {
        follow(project, vaultKeys);
        BaseWatch.of(project).start();
      }
      project.replicas().start(project.chores());
      sessions.forEach(room -> room.open(project));
      guards.forEach(guard -> guard.opened(project));
      return project;
    } catch (RuntimeException e) {
      undo.run(e);
      throw e;
    }
  }

  /// Refuses to open a database with the keys in the project's folder that it was never opened
  /// with: they are those of an earlier project of its name, whose clients and tokens would be let
  /// in.
  void requireKnownKeys(ProjectSettings settings) {
    var folder = path(server.data(), settings.name());
    if (!hasHadKeys(settings, folder)) {
      throw new StartFailure(
          "The folder %s has the keys of an earlier project of this name, and the database is another one; choose another name, or move the folder away."
              .formatted(folder));
    }
  }

  private boolean hasHadKeys(ProjectSettings settings, Path folder) {
    var url = settings.databaseUrl();
    if (url == null) {
      return EmbeddedPostgres.isIn(folder);
    }
    var owner = owner(settings, url);
    DatabaseCheck.requireAnswer(owner);
    try (var database = Database.open(owner)) {
      return KeyCheck.knows(database, folder);
    }
  }

  /// Makes what a project needs in a database that an operator named, and opens nothing.
  void prepare(ProjectSettings settings, String url) {
    var keys = KeyFile.loadOrCreate(folder(server.data(), settings.name()), settings, samples);
    var _ = named(settings, url, keys);
    var _ = apiLogin(settings, url, keys);
  }

  /// Has a project that is served go to the server that other settings name.
  void move(Project project, ProjectSettings settings) {
    var url = settings.databaseUrl();
    if (url == null) {
      throw new StartFailure("A project does not move into an embedded Postgres.");
    }
    var keys = KeyFile.loadOrCreate(folder(server.data(), settings.name()), settings, samples);
    project.moveTo(adminLogin(settings, url, keys), apiLogin(settings, url, keys));
  }

  Login owner(ProjectSettings settings, String url) {
    var keys = KeyFile.loadOrCreate(folder(server.data(), settings.name()), settings, samples);
    return adminLogin(settings, url, keys);
  }

  private static Login adminLogin(ProjectSettings settings, String url, Keys keys) {
    return login(
        url, settings.adminUser(), keys.databasePassword(), settings.adminConnections(), settings);
  }

  private Project connected(ProjectSettings settings, Undo undo) {
    var folder = folder(server.data(), settings.name());
    var keys = KeyFile.loadOrCreate(folder, settings, samples);
    var database = settings.databaseUrl();
    var url =
        database == null ? embedded(settings, folder, keys, undo) : named(settings, database, keys);
    var adminLogin = adminLogin(settings, url, keys);
    var apiLogin = apiLogin(settings, url, keys);
    var positions = settings.readUrls().isEmpty() ? null : new CallerPositions();
    var admin =
        undo.add("admin pool of project " + settings.name(), Database.open(adminLogin, positions));
    var api =
        undo.add("api pool of project " + settings.name(), Database.open(apiLogin, positions));
    var replicas =
        undo.add(
            "read replicas of project " + settings.name(),
            replicas(settings, positions, admin, api));
    var project =
        new Project(
            settings,
            publicUrl(server, settings),
            folder,
            keys,
            store(settings, folder),
            api,
            admin,
            replicas,
            sessions,
            choreListeners,
            undo.copy());
    undo.forget();
    return undo.add(project.toString(), project);
  }

  /// By way of a pooler where there is one; all else is direct.
  private static Login apiLogin(ProjectSettings settings, String url, Keys keys) {
    var login =
        login(url, settings.apiUser(), keys.apiPassword(), settings.apiConnections(), settings)
            .withStatementTimeout(settings.statementTimeout());
    var pooler = settings.poolerUrl();
    if (pooler == null) {
      return login;
    }
    var pooled = login.pooled(pooler);
    DatabaseCheck.requireAnswer(pooled);
    return pooled;
  }

  private static ReadReplicas replicas(
      ProjectSettings settings, @Nullable CallerPositions positions, Database admin, Database api) {
    return ReadReplicas.of(
        positions == null ? new CallerPositions() : positions,
        admin,
        api,
        settings.readUrls().stream().map(api.login()::at).toList());
  }

  /// Before the check, so that a rotation either waits for this process or is seen by it.
  private static void announceKeys(Project project) {
    var personal = RootKeys.of(project);
    if (project.settings().isEmbedded()) {
      personal.publishVersionAlone();
    } else {
      personal.publishVersion();
    }
    KeyCheck.confirm(project);
  }

  /// Follows the key file, which another process that serves the project may change.
  private static void follow(Project project, Optional<VaultKeys> vault) {
    var keys = RootKeys.of(project);
    project
        .chores()
        .start(
            Chore.every(
                KEY_FILE,
                "key-file",
                () -> {
                  keys.refresh();
                  project.followKeys();
                  vault.ifPresent(VaultKeys::write);
                }));
  }

  /// The keys of the vault, written; none for a Postgres that this process does not run.
  private Optional<VaultKeys> vaultKeys(Project project) {
    if (!project.settings().isEmbedded()) {
      return Optional.empty();
    }
    var keys = new VaultKeys(project, project.folder(), postgres.osUser());
    keys.write();
    return Optional.of(keys);
  }

  private String embedded(ProjectSettings settings, Path folder, Keys keys, Undo undo) {
    var server =
        EmbeddedPostgres.start(folder, settings.databasePort(), keys.superuserPassword(), engine);
    undo.add("embedded Postgres of project " + settings.name(), server);
    var pooler = postgres.pooler();
    if (pooler.isPresent() && settings.name().equals("default")) {
      undo.add(
          "pooler of project " + settings.name(),
          TransactionPooler.start(
              folder, pooler.get(), server.port(), postgres.osUser(), keys.superuserPassword()));
    }
    var superuser =
        login(server.jdbcUrl(), EmbeddedPostgres.SUPERUSER, keys.superuserPassword(), 1, settings)
            .inCatalogOnly();
    try (var database = Database.open(superuser)) {
      BaseSchema.migrate(
          database,
          login(server.jdbcUrl(), settings.adminUser(), keys.databasePassword(), 1, settings),
          settings.adminPassword() == null);
      RolePassword.ofSuperuser(database);
      apiPassword(settings, keys).set(database);
      keepMistakesOutOfTheLog(database, settings.apiUser());
      allowRecoveryPoints(database, settings.adminUser());
      keepOwnSchemas(database);
      VaultKeys.prepare(database, folder);
      offerCron(database);
    }
    return server.jdbcUrl();
  }

  /// The text of an error may quote what a client sent, such as a name in a column of numbers. The
  /// client is told; the server's log is not.
  private static void keepMistakesOutOfTheLog(Database superuser, String apiUser) {
    superuser.transaction(
        Actor.of(EmbeddedPostgres.SUPERUSER),
        Access.WRITE,
        tx ->
            tx.update(
                new SqlText()
                    .add("alter role ")
                    .name(apiUser)
                    .add(" set log_min_messages = log")
                    .statement()));
  }

  /// So that tools with which the owner resets the database leave them.
  private static void keepOwnSchemas(Database superuser) {
    superuser.transaction(
        Actor.of(EmbeddedPostgres.SUPERUSER),
        Access.WRITE,
        tx -> tx.update(Statement.of(SqlFile.of(ProjectOpener.class, "own-schemas"))));
  }

  /// An installed Postgres may have `pg_cron`, which is made by a superuser alone.
  private static void offerCron(Database superuser) {
    superuser.transaction(
        Actor.of(EmbeddedPostgres.SUPERUSER),
        Access.WRITE,
        tx -> tx.update(Statement.of(SqlFile.of(ProjectOpener.class, "installed-cron"))));
  }

  /// So that the owner of the project can name moments to go back to.
  private static void allowRecoveryPoints(Database superuser, String owner) {
    superuser.transaction(
        Actor.of(EmbeddedPostgres.SUPERUSER),
        Access.WRITE,
        tx ->
            tx.update(
                new SqlText()
                    .add("grant execute on function pg_catalog.pg_create_restore_point(text) to ")
                    .name(owner)
                    .statement()));
  }

  /// A database that an operator named: dedicated, or a hosted project.
  private String named(ProjectSettings settings, String url, Keys keys) {
    var owner = login(url, settings.adminUser(), keys.databasePassword(), 1, settings);
    DatabaseCheck.requireAnswer(owner);
    guards.forEach(guard -> guard.requireOwn(settings.name(), owner));
    if (!settings.prepare()) {
      return url;
    }
    BaseSchema.migrateNamed(owner);
    try (var database = Database.open(owner)) {
      if (hasNoPassword(database, settings.apiUser())) {
        apiPassword(settings, keys).set(database);
      }
    }
    DatabaseCheck.requirePassword(
        login(url, settings.apiUser(), keys.apiPassword(), 1, settings),
        "stabbur.projects.%s.api-password".formatted(settings.name()));
    return url;
  }

  /// Whether a role was just made by the base schema, without a password. Only a superuser can
  /// know; for others the answer is no.
  private static boolean hasNoPassword(Database owner, String role) {
    return owner.transaction(
        Actor.of(owner.login().user()),
        Access.READ,
        tx ->
            BaseSchema.isSuperuser(tx)
                && tx.first(
                        Statement.of(
                            "select rolpassword is null from pg_authid where rolname = ?", role),
                        row -> row.getBoolean(1))
                    .orElse(false));
  }

  private static RolePassword apiPassword(ProjectSettings settings, Keys keys) {
    return new RolePassword(settings.apiUser(), keys.apiPassword(), settings.apiPassword() == null);
  }

  private static Login login(
      String url, String user, Secret password, int connections, ProjectSettings settings) {
    return new Login(
        url,
        user,
        password,
        connections,
        settings.connectionWait(),
        settings.connectionShare(),
        settings.connectionQueue(),
        Duration.ZERO);
  }

  private static StoreSettings store(ProjectSettings settings, Path folder) {
    return settings.storeBucket() == null
        ? new StoreSettings.Folder(ownersOnly(folder.resolve("objects")))
        : new StoreSettings.S3(
            settings.storeEndpoint(),
            settings.storeBucket(),
            settings.storeRegion(),
            Secret.of(orEmpty(settings.storeAccessKeyId())),
            Secret.of(orEmpty(settings.storeSecretAccessKey())),
            settings.storePathStyle());
  }

  private static URI publicUrl(ServerSettings server, ProjectSettings settings) {
    var url = settings.publicUrl() != null ? settings.publicUrl() : server.publicUrl();
    return url == null
        ? URI.create("http://127.0.0.1:54321")
        : URI.create(url.toString().replaceFirst("/+$", ""));
  }

  /// The data folder may have to let Postgres' user pass; files of people are nobody else's
  /// business.
  private static Path ownersOnly(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      return folder;
    } catch (IOException e) {
      throw new StartFailure(
          "The folder %s cannot be created; check the owner and permissions of the data folder."
              .formatted(folder),
          e);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /// The default project owns the data folder itself, others a folder of their name below it.
  static Path path(Path data, String name) {
    return name.equals("default") ? data : data.resolve("projects").resolve(name);
  }

  private static Path folder(Path data, String name) {
    var folder = path(data, name);
    try {
      StartFailure.requireSafe(folder);
      return folder.toRealPath();
    } catch (IOException e) {
      throw new StartFailure(
          "The data folder %s cannot be created or read; check its owner and permissions, or choose another with --data."
              .formatted(folder),
          e);
    }
  }
}
