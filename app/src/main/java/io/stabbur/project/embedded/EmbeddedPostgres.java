package io.stabbur.project.embedded;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.file.LockFile;
import io.stabbur.platform.file.Trees;
import io.stabbur.project.StartFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Postgres of our own: its binaries and its cluster live in the data folder, it listens on
/// loopback only, and it ends when this process ends, however that comes about.
///
/// The server runs under a small shell that waits for the end of its standard input. When this
/// process dies, even by `kill -9`, that pipe closes and the shell stops the server; the next start
/// recovers.
public final class EmbeddedPostgres implements AutoCloseable {
  /// The superuser of the cluster; nothing but the base schema uses it.
  public static final String SUPERUSER = "supabase_admin";

  /// The operating-system user of Postgres if nothing else is said.
  public static final String OS_USER = "stabbur";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String SETTINGS = "stabbur.conf";
  private static final Pattern PORT_LINE = Pattern.compile("(?m)^port = (\\d+)$");
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /// The log is all there; nothing is to be fetched from anywhere.
  private static final Map<String, String> RECOVERY =
      Map.of("restore_command", "false", "recovery_target_action", "promote");

  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration FIRST_REVIVAL_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_REVIVAL_PAUSE = Duration.ofSeconds(30);

  /// Standard input becomes the file $2 of the cluster $1, which its configuration includes.
  private static final String WRITE_SETTINGS =
      """
      set -e
      umask 077
      cd "$1"
      cat > "$2"
      include="include_if_exists = '$2'"
      grep -qF "$include" postgresql.conf || printf '\\n%s\\n' "$include" >> postgresql.conf
      """;

  private static final String SUPERVISOR =
      """
      exec 3<&0
      "$@" </dev/null 3<&- &
      server=$!
      trap 'kill -INT $server' INT TERM
      (while read -r _ <&3; do :; done; kill -INT $server 2>/dev/null) &
      reader=$!
      exec 3<&-
      while kill -0 $server 2>/dev/null; do wait $server; done
      kill $reader 2>/dev/null
      """;

  private final Path home;
  private final Path cluster;
  private final Path engine;
  private final Path log;
  private final PostgresUser user;
  private int port;
  private final Secret password;
  private final LockFile lock;
  private volatile @Nullable Process process;

  private EmbeddedPostgres(
      Path home, Path engine, PostgresUser user, Secret password, LockFile lock) {
    this.home = home;
    this.lock = lock;
    this.cluster = home.resolve("postgres");
    this.engine = engine;
    this.log = home.resolve("postgres.log");
    this.user = user;
    this.password = password;
  }

  /// Starts the cluster in `folder` under the usual user, see [#start(Path, Integer, Secret,
  /// String)].
  public static EmbeddedPostgres start(Path folder, @Nullable Integer wantedPort, Secret password) {
    return start(folder, wantedPort, password, OS_USER);
  }

  /// Starts the cluster in `folder`, making it first if there is none.
  ///
  /// @param wantedPort the port to listen on, or null for any free one
  /// @param password of [#SUPERUSER]
  /// @param osUser the operating-system user for Postgres if this process is root's
  public static EmbeddedPostgres start(
      Path folder, @Nullable Integer wantedPort, Secret password, String osUser) {
    try {
      StartFailure.requireSafe(folder);
      var home = folder.toRealPath();
      var lock = LockFile.attempt(home.resolve("stabbur.lock")).orElseThrow(() -> inUse(home));
      try {
        return start(home, wantedPort, password, PostgresUser.of(home, osUser), lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StartFailure(
          "The embedded Postgres cannot be started in %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static EmbeddedPostgres start(
      Path home, @Nullable Integer wantedPort, Secret password, PostgresUser user, LockFile lock)
      throws IOException {
    var server = prepared(home, wantedPort, password, user, lock);
    server.keepAlive(server.launch());
    return server;
  }

  private static EmbeddedPostgres prepared(
      Path home, @Nullable Integer wantedPort, Secret password, PostgresUser user, LockFile lock)
      throws IOException {
    var server = new EmbeddedPostgres(home, PostgresBinaries.unpack(home), user, password, lock);
    server.endPrevious();
    user.takeOver(server.cluster);
    server.port = wantedPort != null ? wantedPort : server.rememberedOrFreePort();
    server.initialise();
    server.configure();
    return server;
  }

  /// Starts a copy of a cluster that has its write-ahead log in `pg_wal`, and lets it recover: to
  /// the target, or to the end of the log. It then goes on as a timeline of its own.
  ///
  /// @param folder holds `postgres`, which must contain `backup_label` and `recovery.signal`
  /// @param target settings such as `recovery_target_name`; none for the end of the log
  /// @param limit longest recovery
  /// @throws IOException when the target is not in the log, or the log ends early; the folder may
  ///   be recovered again
  public static EmbeddedPostgres recover(
      Path folder, Secret password, String osUser, Map<String, String> target, Duration limit)
      throws IOException {
    StartFailure.requireSafe(folder);
    var home = folder.toRealPath();
    var lock = LockFile.attempt(home.resolve("stabbur.lock")).orElseThrow(() -> inUse(home));
    try {
      var server = prepared(home, null, password, PostgresUser.of(home, osUser), lock);
      var settings = new LinkedHashMap<>(RECOVERY);
      settings.putAll(target);
      server.launch(settings, limit);
      return server;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static StartFailure inUse(Path home) {
    return new StartFailure(
        "Another Stabbur uses the data folder %s; wait until it has ended or stop it with `stabbur down`, or give another folder with --data."
            .formatted(home));
  }

  public int port() {
    return port;
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /// Ends the server after its clients, with everything on disk.
  @Override
  public synchronized void close() {
    endProcess();
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends the server and keeps the folder.
  private void endProcess() {
    var running = process;
    if (running != null) {
      process = null;
      end(running);
    }
  }

  private static void end(Process running) {
    try {
      running.getOutputStream().close();
      if (!running.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        running.descendants().forEach(ProcessHandle::destroyForcibly);
        running.destroyForcibly();
      }
    } catch (IOException e) {
      running.destroy();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      running.destroy();
    }
  }

  private void initialise() throws IOException {
    if (Files.exists(cluster.resolve("PG_VERSION"))) {
      refuseOtherVersion();
      return;
    }
    var passwordFile = Files.createTempFile(home, "initdb", ".pw", OWNER_ONLY);
    var fresh = cluster.resolveSibling("postgres.new");
    try {
      Trees.delete(fresh);
      Files.createDirectory(fresh);
      Files.writeString(passwordFile, password.reveal());
      user.own(fresh);
      user.own(passwordFile);
      asUser(
          "",
          List.of(
              engine.resolve("bin/initdb").toString(),
              "-D",
              fresh.toString(),
              "-U",
              SUPERUSER,
              "--pwfile=" + passwordFile,
              "--auth=scram-sha-256",
              "--encoding=UTF8",
              "--locale=C.UTF-8",
              "--data-checksums"));
      Files.move(fresh, cluster);
    } finally {
      Files.deleteIfExists(passwordFile);
    }
  }

  private void refuseOtherVersion() throws IOException {
    var found = Files.readString(cluster.resolve("PG_VERSION")).strip();
    var ours = engine.getFileName().toString().replaceAll("postgres-(\\d+).*", "$1");
    if (!found.equals(ours)) {
      throw new StartFailure(
          "The data folder %s was written by Postgres %s and this Stabbur brings Postgres %s; use the Stabbur that wrote it, or restore a backup into a new folder."
              .formatted(home, found, ours));
    }
  }

  /// Settings are written anew at each start, so a new version's choices reach an old cluster.
  /// Written by Postgres' own user: in a folder of another user root would follow that user's
  /// links.
  private void configure() throws IOException {
    asUser(
        """
        listen_addresses = '127.0.0.1'
        port = %d
        unix_socket_directories = ''
        max_connections = 120
        shared_buffers = 128MB
        wal_level = logical
        max_wal_senders = 10
        max_replication_slots = 10
        # a reader that does not come back must not fill the disk with log; beyond this it starts anew
        max_slot_wal_keep_size = 4GB
        shared_preload_libraries = 'pg_stat_statements'
        password_encryption = 'scram-sha-256'
        timezone = 'UTC'
        log_timezone = 'UTC'
        lc_messages = 'C'
        # values of statements may be personal data: they never reach the log
        log_parameter_max_length = 0
        log_parameter_max_length_on_error = 0
        """
            .formatted(port),
        List.of("sh", "-c", WRITE_SETTINGS, "settings", cluster.toString(), SETTINGS));
  }

  private Process launch() throws IOException {
    return launch(Map.of(), START_LIMIT);
  }

  private Process launch(Map<String, String> settings, Duration limit) throws IOException {
    if (!Files.exists(log)) {
      Files.createFile(log, OWNER_ONLY);
    }
    var line = new ArrayList<>(List.of("sh", "-c", SUPERVISOR, "postgres-supervisor"));
    var server =
        new ArrayList<>(
            List.of(engine.resolve("bin/postgres").toString(), "-D", cluster.toString()));
    settings.forEach((name, value) -> server.addAll(List.of("-c", name + "=" + value)));
    line.addAll(user.wrap(server));
    var started =
        Command.builder(line)
            .directory(cluster.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    process = started;
    awaitReady(limit);
    return started;
  }

  /// A server that ends by itself (killed for want of memory, say) is started again.
  private void keepAlive(Process watched) {
    Thread.ofVirtual()
        .name("postgres-watch")
        .start(
            () -> {
              try {
                watched.waitFor();
                revive(watched);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private synchronized void revive(Process ended) throws InterruptedException {
    var pause = FIRST_REVIVAL_PAUSE;
    for (int attempt = 1; ended.equals(process); attempt++) {
      LOG.warn("Postgres has ended unexpectedly; starting it again (attempt {})", attempt);
      try {
        keepAlive(launch());
        return;
      } catch (IOException | RuntimeException e) {
        LOG.error("Postgres does not start: {}", e.getMessage());
        process = ended;
        wait(pause.toMillis());
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_REVIVAL_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_REVIVAL_PAUSE;
      }
    }
  }

  private void awaitReady(Duration patience) throws IOException {
    var properties = new Properties();
    properties.setProperty("user", SUPERUSER);
    properties.setProperty("password", password.reveal());
    properties.setProperty("connectTimeout", "5");
    var limit = Instant.now().plus(patience);
    while (Instant.now().isBefore(limit)) {
      if (process == null || !process.isAlive()) {
        throw new IOException("it stopped at once; see " + log);
      }
      try (var connection = DriverManager.getConnection(jdbcUrl(), properties)) {
        if (connection.isValid(5) && !isInRecovery(connection)) {
          return;
        }
      } catch (SQLException e) {
        if ("28P01".equals(e.getSQLState())) {
          endProcess();
          throw new StartFailure(
              "The password in %s does not open the database beside it; both belong together, restore the key file that was written with this data folder."
                  .formatted(cluster.resolveSibling("keys.json")));
        }
        pause(20);
      }
    }
    endProcess();
    throw new IOException("it was not ready within " + patience.toSeconds() + " s; see " + log);
  }

  /// A server that recovers a copy lets readers in before it has reached its target.
  private static boolean isInRecovery(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("select pg_is_in_recovery()")) {
      return row.next() && row.getBoolean(1);
    }
  }

  /// A server that outlived its Stabbur (killed a moment ago) is asked to stop and awaited.
  private void endPrevious() throws IOException {
    var pidFile = cluster.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    var firstLine = Files.readString(pidFile).lines().findFirst().orElse("").strip();
    if (!firstLine.matches("\\d{1,10}")) {
      return;
    }
    var pid = Long.parseLong(firstLine);
    var previous = ProcessHandle.of(pid).filter(this::isOurs);
    if (previous.isEmpty()) {
      return;
    }
    // by this process' own user: the server may run as one that was used before
    var _ = Command.run(home, "", List.of("kill", "-INT", Long.toString(pid)));
    try {
      previous.get().onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IOException("process %d of an earlier start does not stop".formatted(pid), e);
    }
  }

  private boolean isOurs(ProcessHandle candidate) {
    return candidate
        .info()
        .commandLine()
        .map(line -> line.contains("postgres") && line.contains(cluster.toString()))
        .orElse(false);
  }

  private void asUser(String input, List<String> command) throws IOException {
    var _ = Command.run(home, input, user.wrap(command));
  }

  /// The port of the last start if nobody took it meanwhile, so that tools keep working.
  private int rememberedOrFreePort() throws IOException {
    var settings = cluster.resolve(SETTINGS);
    if (Files.exists(settings)) {
      var line = PORT_LINE.matcher(Files.readString(settings));
      if (line.find() && isFree(Integer.parseInt(line.group(1)))) {
        return Integer.parseInt(line.group(1));
      }
    }
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
