package io.stabbur.project.embedded;

import com.sun.management.OperatingSystemMXBean;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.file.LockFile;
import io.stabbur.platform.file.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
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
import java.util.Optional;
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
  private static final String CLUSTER = "postgres";
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

  /// Standard input becomes the file $2 of the cluster $1, which its configuration includes, and $4
  /// the file $3.
  private static final String WRITE_SETTINGS =
      """
      set -e
      umask 077
      cd "$1"
      cat > "$2"
      printf '%s' "$4" > "$3.new"
      mv "$3.new" "$3"
      include="include_if_exists = '$2'"
      grep -qF "$include" postgresql.conf || printf '\\n%s\\n' "$include" >> postgresql.conf
      """;

  /// Standard input becomes the file $2 of the folder $1.
  private static final String WRITE_FILE =
      """
      set -e
      umask 077
      cd "$1"
      cat > "$2.new"
      mv "$2.new" "$2"
      """;

  /// The lines of a log that say why a server did not start.
  private static final Pattern REASON = Pattern.compile("(?:FATAL|PANIC|ERROR|LOG|HINT):\\s+(.*)");

  private static final Duration CERTIFICATE_LOOK = Duration.ofSeconds(5);

  private final Path home;
  private final Path cluster;
  private final Engine engine;
  private final Path log;
  private final PostgresUser user;
  private final EngineOptions options;
  private int port;
  private final Secret password;
  private final LockFile lock;
  private volatile @Nullable Process process;

  private EmbeddedPostgres(
      Path home,
      Engine engine,
      PostgresUser user,
      EngineOptions options,
      Secret password,
      LockFile lock) {
    this.home = home;
    this.options = options;
    this.lock = lock;
    this.cluster = home.resolve(CLUSTER);
    this.engine = engine;
    this.log = home.resolve("postgres.log");
    this.user = user;
    this.password = password;
  }

  /// Whether a folder has a cluster.
  public static boolean isIn(Path folder) {
    return Files.exists(folder.resolve(CLUSTER).resolve("PG_VERSION"));
  }

  /// Starts the cluster in `folder` with the programs in the jar under the usual user.
  public static EmbeddedPostgres start(Path folder, @Nullable Integer wantedPort, Secret password) {
    return start(folder, wantedPort, password, PostgresPrograms.bundled(OS_USER));
  }

  /// Starts the cluster in `folder`, making it first if there is none.
  ///
  /// @param wantedPort the port to listen on, or null for any free one
  /// @param password of [#SUPERUSER]
  /// @param programs which Postgres it is; the cluster must be of the same major version
  public static EmbeddedPostgres start(
      Path folder, @Nullable Integer wantedPort, Secret password, PostgresPrograms programs) {
    return start(folder, wantedPort, password, EngineOptions.of(programs));
  }

  /// The same with more options.
  public static EmbeddedPostgres start(
      Path folder, @Nullable Integer wantedPort, Secret password, EngineOptions options) {
    try {
      StartFailure.requireSafe(folder);
      var home = folder.toRealPath();
      var lock = LockFile.attempt(home.resolve("stabbur.lock")).orElseThrow(() -> inUse(home));
      try {
        var server = prepared(home, wantedPort, password, options, lock);
        server.configure("");
        server.requireAcceptable();
        server.keepAlive(server.launch());
        server.followCertificate();
        return server;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StartFailure(
          "The embedded Postgres cannot be started in %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private static EmbeddedPostgres prepared(
      Path home,
      @Nullable Integer wantedPort,
      Secret password,
      EngineOptions options,
      LockFile lock)
      throws IOException {
    var user = PostgresUser.of(home, options.programs().osUser());
    var written = written(home.resolve(CLUSTER));
    var engine = Engine.of(home, options.programs(), written);
    if (written.isPresent() && written.get() != engine.major()) {
      throw otherVersion(home, written.get(), engine);
    }
    var server = new EmbeddedPostgres(home, engine, user, options, password, lock);
    server.endPrevious();
    user.takeOver(server.cluster);
    server.port = wantedPort != null ? wantedPort : server.rememberedOrFreePort();
    server.initialise();
    return server;
  }

  /// Starts a copy of a cluster that has its write-ahead log in `pg_wal`, and lets it recover: to
  /// the target, or to the end of the log. It then goes on as a timeline of its own. Jobs of
  /// `pg_cron` in it do not run.
  ///
  /// @param folder holds `postgres`, which must contain `backup_label` and `recovery.signal`
  /// @param target settings such as `recovery_target_name`; none for the end of the log
  /// @param limit longest recovery
  /// @throws IOException when the target is not in the log, or the log ends early; the folder may
  ///   be recovered again
  public static EmbeddedPostgres recover(
      Path folder,
      Secret password,
      PostgresPrograms programs,
      Map<String, String> target,
      Duration limit)
      throws IOException {
    StartFailure.requireSafe(folder);
    var home = folder.toRealPath();
    var lock = LockFile.attempt(home.resolve("stabbur.lock")).orElseThrow(() -> inUse(home));
    try {
      var server = prepared(home, null, password, EngineOptions.of(programs).withoutJobs(), lock);
      var original = server.cluster.resolve(SETTINGS);
      server.configure(Files.exists(original) ? Files.readString(original) : "");
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
      ChildProcess.end(running, STOP_LIMIT);
    }
  }

  private void initialise() throws IOException {
    if (written(cluster).isPresent()) {
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
              engine.program("initdb").toString(),
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

  /// The major version that wrote a cluster; empty where there is none.
  private static Optional<Integer> written(Path cluster) throws IOException {
    var version = cluster.resolve("PG_VERSION");
    return Files.exists(version)
        ? Optional.of(Integer.valueOf(Files.readString(version).strip()))
        : Optional.empty();
  }

  private static StartFailure otherVersion(Path home, int written, Engine engine) {
    return new StartFailure(
        "The data folder %s was written by Postgres %d and this is %s; name the programs of an installed Postgres %d in stabbur.postgres.binaries (`bundled` for the one that Stabbur brings), or export the data with the version that wrote it and import it into a new folder."
            .formatted(home, written, engine.origin(), written));
  }

  /// Settings are written anew at each start, so a new version's choices reach an old cluster.
  /// Written by Postgres' own user: in a folder of another user root would follow that user's
  /// links.
  private void configure(String earlier) throws IOException {
    var memory =
        ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean machine
            ? machine.getTotalMemorySize()
            : 0;
    asUser(
        EngineConfiguration.text(port, engine, options, memory, earlier),
        List.of(
            "sh",
            "-c",
            WRITE_SETTINGS,
            "settings",
            cluster.toString(),
            SETTINGS,
            EngineConfiguration.ACCESS,
            EngineConfiguration.access(options)));
    if (options.isOpen()) {
      writeCertificate();
    }
  }

  private void write(String file, String content) throws IOException {
    asUser(content, List.of("sh", "-c", WRITE_FILE, "write", cluster.toString(), file));
  }

  private void writeCertificate() throws IOException {
    var certificate = options.certificate();
    var key = options.key();
    if (certificate == null || key == null) {
      var _ = OwnCertificate.of(home, List.of("localhost"));
      certificate = home.resolve(OwnCertificate.CERTIFICATE_FILE);
      key = home.resolve(OwnCertificate.KEY_FILE);
    }
    for (var file : List.of(certificate, key)) {
      if (!Files.isReadable(file)) {
        throw new StartFailure(
            "The file %s cannot be read; correct tls-certificate and tls-key under stabbur.postgres, or leave both out to have a certificate made."
                .formatted(file));
      }
    }
    write(EngineConfiguration.KEY, Files.readString(key));
    write(EngineConfiguration.CERTIFICATE, Files.readString(certificate));
  }

  /// A certificate that was renewed is used for the connections that come next.
  private void followCertificate() {
    var certificate = options.certificate();
    if (!options.isOpen() || certificate == null) {
      return;
    }
    Thread.ofVirtual()
        .name("database-certificate")
        .start(
            () -> {
              try {
                var known = Files.getLastModifiedTime(certificate);
                while (process != null) {
                  Thread.sleep(CERTIFICATE_LOOK);
                  var now = Files.getLastModifiedTime(certificate);
                  if (process != null && !now.equals(known)) {
                    writeCertificate();
                    reload();
                    known = now;
                    LOG.info("The database's certificate was renewed from {}", certificate);
                  }
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (IOException | RuntimeException e) {
                LOG.error("The database's certificate cannot be renewed: {}", e.getMessage());
              }
            });
  }

  private void reload() throws IOException {
    var pid = Files.readAllLines(cluster.resolve("postmaster.pid")).getFirst().strip();
    var _ = Command.run(home, "", List.of("kill", "-HUP", pid));
  }

  /// Asks Postgres itself whether it would start with its settings.
  private void requireAcceptable() throws IOException {
    if (options.settings().isEmpty() && !options.isOpen()) {
      return;
    }
    try {
      asUser(
          "",
          List.of(engine.program("postgres").toString(), "-D", cluster.toString(), "-C", "port"));
    } catch (IOException e) {
      throw refusedSettings(String.valueOf(e.getMessage()));
    }
  }

  private StartFailure refusedSettings(String output) {
    return new StartFailure(
        "Postgres does not start with these settings: %s; correct stabbur.postgres.settings."
            .formatted(reason(output)));
  }

  /// The last lines that say something, without file names and times.
  private static String reason(String output) {
    var reasons = REASON.matcher(output).results().map(found -> found.group(1).strip()).toList();
    return reasons.isEmpty()
        ? output.strip()
        : String.join("; ", reasons.subList(Math.max(0, reasons.size() - 2), reasons.size()))
            .replaceAll(" in file \"[^\"]*\"( line \\d+)?", "");
  }

  private Process launch() throws IOException {
    return launch(Map.of(), START_LIMIT);
  }

  private Process launch(Map<String, String> settings, Duration limit) throws IOException {
    if (!Files.exists(log)) {
      Files.createFile(log, OWNER_ONLY);
    }
    var server =
        new ArrayList<>(List.of(engine.program("postgres").toString(), "-D", cluster.toString()));
    settings.forEach((name, value) -> server.addAll(List.of("-c", name + "=" + value)));
    var line = Supervisor.line("postgres-supervisor", "INT", user.wrap(server));
    var started =
        Command.builder(line)
            .directory(cluster.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    process = started;
    long before = Files.size(log);
    try {
      awaitReady(limit);
    } catch (IOException e) {
      if (options.settings().isEmpty()) {
        throw e;
      }
      throw refusedSettings(logSince(before));
    }
    return started;
  }

  private String logSince(long position) throws IOException {
    var bytes = Files.readAllBytes(log);
    int from = (int) Math.min(position, bytes.length);
    return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
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
    properties.setProperty("options", "-c search_path=pg_catalog");
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
