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
import java.util.stream.Stream;

/// A Postgres as the operating system packages it (Debian's `postgresql`), with all its tools and
/// the settings it comes with: what somebody else would set up for an appliance to use.
public final class InstalledPostgres implements AutoCloseable {
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final Secret PASSWORD = Secret.of("a password of the tests");

  private final Path tools;
  private final Path folder;
  private final int port;

  private InstalledPostgres(Path tools, Path folder, int port) {
    this.tools = tools;
    this.folder = folder;
    this.port = port;
  }

  /// Starts one whose superuser is `postgres`.
  ///
  /// @param settings lines of its configuration
  public static InstalledPostgres start(String... settings) {
    var folder = TestServer.newFolder();
    var server = new InstalledPostgres(tools(), folder, TestServer.freePort());
    try {
      own(folder);
      var password = Files.writeString(folder.resolve("password"), PASSWORD.reveal());
      server.run(
          "initdb",
          "--auth=scram-sha-256",
          "--username=postgres",
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
        "postgres",
        PASSWORD,
        1,
        Duration.ofSeconds(10));
  }

  public int port() {
    return port;
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
  public String dump() {
    return run("pg_dump", "--host=127.0.0.1", "--port=" + port, "--username=postgres", "postgres");
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
  private static Path tools() {
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
