package io.stabbur.project;

import io.micronaut.context.annotation.Context;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.config.UnknownSettings;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.project.life.Chore;
import io.stabbur.project.life.ChoreListener;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every project of this appliance, ready to be used: databases started, schemas up to date. Which
/// project a request is for is decided here by host name; by key, in `identity`.
@Context
public final class Projects implements AutoCloseable {
  private static final Duration CLOSE_LIMIT = Duration.ofMinutes(1);
  private static final Duration KEY_FILE = Duration.ofSeconds(1);
  private static final Duration POSTGRES_LOG = Duration.ofSeconds(20);
  private static final Logger LOG = LoggerFactory.getLogger(Projects.class);

  private final List<Project> all = new ArrayList<>();
  private final Map<String, Project> byHost = new HashMap<>();
  private final List<EmbeddedPostgres> servers = new ArrayList<>();
  private final List<ChoreListener> choreListeners;

  Projects(
      ServerSettings server,
      PostgresSettings postgres,
      List<ProjectSettings> configured,
      List<ChoreListener> choreListeners,
      UnknownSettings checkedBefore) {
    this.choreListeners = choreListeners;
    var wanted = configured.isEmpty() ? List.of(ProjectSettings.embedded("default")) : configured;
    try {
      for (var settings : wanted) {
        open(server, postgres, settings);
      }
      all.stream().filter(project -> project.settings().prepare()).forEach(Projects::follow);
    } catch (RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  /// All projects, in the order of their configuration.
  public List<Project> all() {
    return List.copyOf(all);
  }

  /// The project that claims a host name (without port), or the only one there is.
  public Optional<Project> byHost(@Nullable String host) {
    var named = host == null ? null : byHost.get(host.toLowerCase(Locale.ROOT));
    return named != null || all.size() != 1
        ? Optional.ofNullable(named)
        : Optional.of(all.getFirst());
  }

  public Optional<Project> byName(String name) {
    return all.stream().filter(p -> p.name().equals(name)).findFirst();
  }

  /// Closes all projects, then the servers behind them, whichever of them fails.
  @Override
  @PreDestroy
  public void close() {
    var closing = new CloseAll();
    all.forEach(project -> closing.close(project.toString(), CLOSE_LIMIT, project));
    all.clear();
    servers.forEach(server -> closing.close("embedded Postgres", CLOSE_LIMIT, server));
    servers.clear();
    closing.throwFailure();
  }

  private void closeAfter(RuntimeException failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /// Follows what others may change while a project is served: its key file, and whether Postgres'
  /// log may hold keys.
  private static void follow(Project project) {
    var keys = PersonalKeys.of(project);
    project.chores().start(Chore.every(KEY_FILE, "key-file", keys::look));
    project
        .chores()
        .start(Chore.every(POSTGRES_LOG, "postgres-log", () -> ParameterLog.follow(project)));
  }

  private void open(ServerSettings server, PostgresSettings postgres, ProjectSettings settings) {
    var folder = folder(server.data(), settings.name());
    var keys = KeyFile.loadOrCreate(folder, settings);
    var database = settings.databaseUrl();
    var url =
        database == null
            ? embedded(settings, postgres, folder, keys)
            : named(settings, database, keys);
    var adminLogin =
        login(
            url,
            settings.adminUser(),
            keys.databasePassword(),
            settings.adminConnections(),
            settings);
    var apiLogin =
        login(url, settings.apiUser(), keys.apiPassword(), settings.apiConnections(), settings)
            .withStatementTimeout(settings.statementTimeout());
    var withheld =
        database == null || !settings.prepare()
            ? Optional.<String>empty()
            : ParameterLog.silence(adminLogin, apiLogin);
    withheld.ifPresent(reason -> LOG.warn("Project {}: {}", settings.name(), reason));
    var admin = Database.open(adminLogin);
    var api = Database.open(apiLogin);
    var project =
        new Project(
            settings,
            publicUrl(server, settings),
            folder,
            keys,
            store(settings, folder),
            api,
            admin,
            withheld,
            choreListeners);
    all.add(project);
    if (settings.prepare()) {
      var personal = PersonalKeys.of(project);
      // before the check, so that a rotation either waits for this process or is seen by it
      if (settings.isEmbedded()) {
        personal.announceAlone();
      } else {
        personal.announce();
      }
      KeyCheck.confirm(project);
    }
    for (var host : settings.hosts()) {
      if (byHost.put(host.toLowerCase(Locale.ROOT), project) != null) {
        throw new StartFailure(
            "Two projects claim the host %s; give it to one of them.".formatted(host));
      }
    }
    var _ = ApiKeyStore.of(project);
    if (server.migrate()) {
      new Migrations(admin, server.migrations()).apply(Migrations.Older.REFUSE);
    }
  }

  private String embedded(
      ProjectSettings settings, PostgresSettings postgres, Path folder, Keys keys) {
    var server =
        EmbeddedPostgres.start(
            folder, settings.databasePort(), keys.superuserPassword(), postgres.osUser());
    servers.add(server);
    var superuser =
        login(server.jdbcUrl(), EmbeddedPostgres.SUPERUSER, keys.superuserPassword(), 1, settings);
    BaseSchema.migrate(superuser);
    try (var database = Database.open(superuser)) {
      setPassword(database, settings.adminUser(), keys.databasePassword());
      setPassword(database, settings.apiUser(), keys.apiPassword());
      keepMistakesOutOfTheLog(database, settings.apiUser());
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

  /// A database that an operator named: dedicated, or a hosted project.
  private static String named(ProjectSettings settings, String url, Keys keys) {
    if (!settings.prepare()) {
      return url;
    }
    var owner = login(url, settings.adminUser(), keys.databasePassword(), 1, settings);
    BaseSchema.migrateNamed(owner);
    try (var database = Database.open(owner)) {
      if (hasNoPassword(database, settings.apiUser())) {
        setPassword(database, settings.apiUser(), keys.apiPassword());
      }
    }
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

  /// A key file is the truth about passwords: what it says is what the roles have.
  private static void setPassword(Database superuser, String role, Secret password) {
    superuser.transaction(
        Actor.of(superuser.login().user())
            .with("stabbur.role", role)
            .with("stabbur.password", password.reveal()),
        Access.WRITE,
        tx ->
            tx.update(
                new SqlText()
                    .add("do $$ begin execute format('alter role %I password %L', ")
                    .add(
                        "current_setting('stabbur.role'), current_setting('stabbur.password')); end"
                            + " $$")
                    .statement()));
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
  private static Path folder(Path data, String name) {
    var folder = name.equals("default") ? data : data.resolve("projects").resolve(name);
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
