package io.stabbur.testing;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A Postgres as the operating system packages it (Debian's `postgresql`), with all its tools and
/// the settings it comes with: what somebody else would set up for an appliance to use.
public final class InstalledPostgres implements AutoCloseable {
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final Secret PASSWORD = Secret.of("a password of the tests");

  private final Path tools;
  private final Path folder;
  private final int port;
  private final Map<String, String> environment;
  private final String superuser;

  private InstalledPostgres(
      Path tools, Path folder, int port, Map<String, String> environment, String superuser) {
    this.superuser = superuser;
    this.tools = tools;
    this.folder = folder;
    this.port = port;
    this.environment = Map.copyOf(environment);
  }

  /// Starts one whose superuser is `postgres`.
  ///
  /// @param settings lines of its configuration
  public static InstalledPostgres start(String... settings) {
    return start(tools(), settings);
  }

  /// The same with its data in a folder that is there and empty.
  public static InstalledPostgres startIn(Path folder, String... settings) {
    return start(folder, tools(), Map.of(), "postgres", settings);
  }

  /// The same of another version.
  ///
  /// @param tools the folder of its `initdb` and `pg_ctl`
  public static InstalledPostgres start(Path tools, String... settings) {
    return start(tools, Map.of(), "postgres", settings);
  }

  /// The newest one, whose superuser has another name.
  public static InstalledPostgres startAs(String superuser, String... settings) {
    return start(tools(), Map.of(), superuser, settings);
  }

  /// The newest one, with environment variables of its own.
  public static InstalledPostgres start(Map<String, String> environment, String... settings) {
    return start(tools(), environment, "postgres", settings);
  }

  private static InstalledPostgres start(
      Path tools, Map<String, String> environment, String superuser, String... settings) {
    return start(TestServer.newFolder(), tools, environment, superuser, settings);
  }

  private static InstalledPostgres start(
      Path folder,
      Path tools,
      Map<String, String> environment,
      String superuser,
      String... settings) {
    var server =
        new InstalledPostgres(tools, folder, TestServer.freePort(), environment, superuser);
    try {
      own(folder);
      var password = Files.writeString(folder.resolve("password"), PASSWORD.reveal());
      server.run(
          "initdb",
          "--auth=scram-sha-256",
          "--username=" + superuser,
          "--pwfile=" + password,
          "--encoding=UTF8",
          "--locale=C.UTF-8",
          "--pgdata=" + folder.resolve("data"));
      var lines = new ArrayList<>(List.of(settings));
      lines.add("port = " + server.port);
      lines.add("listen_addresses = '127.0.0.1'");
      lines.add("unix_socket_directories = ''");
      lines.add("wal_level = logical");
      lines.add("fsync = off");
      Files.write(folder.resolve("more.conf"), lines);
      server.run(
          "pg_ctl",
          "start",
          "--wait",
          "--pgdata=" + folder.resolve("data"),
          "--log=" + folder.resolve("log"),
          "--options=-c config_file=" + server.configuration());
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Login superuser() {
    return new Login(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
        superuser,
        PASSWORD,
        1,
        Duration.ofSeconds(10));
  }

  /// The address that a project's settings name it by.
  public String databaseUrl() {
    return "postgresql://postgres:%s@127.0.0.1:%d/postgres"
        .formatted(PASSWORD.reveal().replace(" ", "%20"), port);
  }

  public int port() {
    return port;
  }

  /// Starts a standby that follows this one.
  ///
  /// @param settings of its own, such as `recovery_min_apply_delay=5s`
  public InstalledPostgres standby(String... settings) {
    var copy = TestServer.newFolder();
    var other = new InstalledPostgres(tools, copy, TestServer.freePort(), environment, superuser);
    try {
      own(copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run(
        "pg_basebackup",
        "--pgdata=" + copy.resolve("data"),
        "--host=127.0.0.1",
        "--port=" + port,
        "--username=" + superuser,
        "--checkpoint=fast",
        "--write-recovery-conf");
    var options = new StringBuilder();
    for (var setting : settings) {
      options.append(" -c ").append(setting);
    }
    other.run(
        "pg_ctl",
        "start",
        "--wait",
        "--pgdata=" + copy.resolve("data"),
        "--log=" + copy.resolve("log"),
        "--options=-c port=%d -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c wal_level=logical%s"
            .formatted(other.port, options));
    return other;
  }

  /// Makes a standby a primary.
  public void promote() {
    run("pg_ctl", "promote", "--wait", "--pgdata=" + folder.resolve("data"));
  }

  /// Ends it as a crash does.
  public void kill() {
    run("pg_ctl", "stop", "--wait", "--mode=immediate", "--pgdata=" + folder.resolve("data"));
  }

  /// Starts it again after [#kill].
  public void startAgain() {
    run(
        "pg_ctl",
        "start",
        "--wait",
        "--pgdata=" + folder.resolve("data"),
        "--log=" + folder.resolve("log"),
        "--options=-c config_file=" + folder.resolve("all.conf"));
  }

  /// Stops it as a machine that hangs does, until the result is closed.
  public FrozenPostgres freeze() throws IOException, InterruptedException {
    return FrozenPostgres.freeze(folder.resolve("data/postmaster.pid"));
  }

  /// All that it logged.
  public String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What `pg_dump` writes.
  ///
  /// @param options such as `--clean`
  public String dump(String... options) {
    var arguments = new ArrayList<>(List.of(options));
    arguments.addAll(
        List.of("--host=127.0.0.1", "--port=" + port, "--username=" + superuser, "postgres"));
    return run("pg_dump", arguments.toArray(String[]::new));
  }

  /// Makes a database of what `pg_dump` wrote; its address, as a project's settings name it.
  public String restore(String dump, String database) {
    psql("postgres", "--command=create database " + database + " template template0");
    restoreOver(dump, database);
    return databaseUrl().replaceFirst("postgres$", database);
  }

  /// Runs what `pg_dump` wrote in a database that is there.
  public void restoreOver(String dump, String database) {
    try {
      var file = Files.createTempFile("restored", ".sql");
      Files.writeString(file, dump);
      file.toFile().setReadable(true, false);
      psql(database, "--file=" + file);
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Makes the roles of a backup, and what `pg_dump` wrote in its custom format into a database
  /// that is there and empty.
  public void restore(Path roles, Path dump, String database) {
    for (var file : List.of(roles, dump)) {
      var _ = file.toFile().setReadable(true, false);
    }
    psql(database, "--file=" + roles);
    run(
        "pg_restore",
        "--exit-on-error",
        "--host=127.0.0.1",
        "--port=" + port,
        "--username=" + superuser,
        "--dbname=" + database,
        dump.toString());
  }

  private void psql(String database, String argument) {
    run(
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--host=127.0.0.1",
        "--port=" + port,
        "--username=" + superuser,
        "--dbname=" + database,
        argument);
  }

  @Override
  public void close() {
    run("pg_ctl", "stop", "--wait", "--mode=fast", "--pgdata=" + folder.resolve("data"));
  }

  /// The configuration that initdb wrote, and ours behind it.
  private Path configuration() throws IOException {
    return Files.writeString(
        folder.resolve("all.conf"),
        "include '%s'\ninclude '%s'\n"
            .formatted(
                folder.resolve("data").resolve("postgresql.conf"), folder.resolve("more.conf")));
  }

  private String run(String tool, String... arguments) {
    var line = new ArrayList<>(PostgresAccount.prefix());
    if (tool.equals("pg_ctl")) {
      // not before the account is another: what a variable makes a program do would belong to root
      line.add("env");
      environment.forEach((name, value) -> line.add(name + '=' + value));
    }
    line.add(tools.resolve(tool).toString());
    line.addAll(List.of(arguments));
    try {
      var out = Files.createTempFile("postgres", ".out");
      var builder =
          new ProcessBuilder(line)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile());
      builder.environment().put("PGPASSWORD", PASSWORD.reveal());
      int code = builder.start().waitFor();
      var text = Files.readString(out, StandardCharsets.UTF_8);
      Files.delete(out);
      if (code != 0) {
        throw new AssertionError(tool + ": " + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// The newest that is installed.
  public static Path tools() {
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("pg_dump")))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.comparing(Path::toString))
          .orElseThrow(IOException::new);
    } catch (IOException e) {
      throw new AssertionError("install Debian's package `postgresql` to run this test", e);
    }
  }

  /// Postgres does not run as root.
  private static void own(Path folder) throws IOException {
    if (PostgresAccount.isRoot()) {
      PostgresAccount.ensure();
      var users = folder.getFileSystem().getUserPrincipalLookupService();
      Files.setOwner(folder, users.lookupPrincipalByName("stabbur"));
    }
  }
}
