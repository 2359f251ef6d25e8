package io.stabbur.project;

import io.stabbur.platform.error.StartFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Postgres' own client programs, of a version that suits the server: `pg_dump` refuses a server
/// that is newer than itself.
public record ClientPrograms(List<Path> folders) {
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");

  /// The options of an address that libpq has under the same names as the driver.
  private static final Set<String> SHARED_OPTIONS =
      Set.of("sslmode", "sslrootcert", "sslcert", "sslkey", "options");

  /// Where systems install them, the one of a setting first, and what is on the path.
  public static ClientPrograms installed() {
    var folders = new ArrayList<Path>();
    Optional.ofNullable(System.getenv("STABBUR_POSTGRES_BINARIES"))
        .filter(each -> each.startsWith("/"))
        .map(Path::of)
        .ifPresent(folders::add);
    for (var parent : List.of("/usr/lib/postgresql", "/usr/local/lib/postgresql", "/usr/pgsql")) {
      try (Stream<Path> versions = Files.list(Path.of(parent))) {
        versions.map(version -> version.resolve("bin")).forEach(folders::add);
      } catch (IOException e) {
        // this system installs them elsewhere
      }
    }
    for (var folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (!folder.isBlank()) {
        folders.add(Path.of(folder));
      }
    }
    return new ClientPrograms(List.copyOf(folders));
  }

  /// A program and its major version.
  public record Found(Path program, int version) {}

  /// The program that suits a server: of the server's version, else the next newer one.
  ///
  /// @param olderWorks whether one that is older than the server works too, as `psql` does
  public Found suiting(String name, int server, boolean olderWorks) {
    var all = new ArrayList<Found>();
    for (var folder : folders) {
      var program = folder.resolve(name);
      if (Files.isExecutable(program)) {
        version(program).ifPresent(version -> all.add(new Found(program, version)));
      }
    }
    return all.stream()
        .filter(found -> found.version() >= server)
        .min(Comparator.comparingInt(Found::version))
        .or(
            () ->
                olderWorks
                    ? all.stream().max(Comparator.comparingInt(Found::version))
                    : Optional.empty())
        .orElseThrow(() -> missing(name, server, all));
  }

  /// The newest of that name, for what does not depend on the server's version.
  public Path newest(String name) {
    return suiting(name, Integer.MAX_VALUE, true).program();
  }

  /// `postgresql://host:5432/name?sslmode=require` of the driver's address. Everybody who lists the
  /// machine's processes sees it, and a password for a key is taken from there alone.
  public static String address(String jdbc) {
    var url = jdbc.replaceFirst("^jdbc:", "");
    int question = url.indexOf('?');
    if (question < 0) {
      return url;
    }
    var given = List.of(url.substring(question + 1).split("&", -1));
    if (given.stream().anyMatch(option -> option.startsWith("sslpassword="))) {
      throw new StartFailure(
          "The database's address has an sslpassword, which pg_dump would show in the list of processes; use a key without a password.");
    }
    var options =
        given.stream()
            .filter(option -> SHARED_OPTIONS.contains(option.replaceFirst("=.*", "")))
            .collect(Collectors.joining("&"));
    return url.substring(0, question) + (options.isEmpty() ? "" : "?" + options);
  }

  private static StartFailure missing(String name, int server, List<Found> all) {
    var newest =
        all.stream()
            .max(Comparator.comparingInt(Found::version))
            .map(found -> "the newest %s here is of version %d".formatted(name, found.version()))
            .orElse("there is no %s here".formatted(name));
    return new StartFailure(
        "The database is Postgres %d and %s; install postgresql-client-%d, or run the command in the image with an installed Postgres (docker/Dockerfile, target with-postgres)."
            .formatted(server, newest, server));
  }

  private static Optional<Integer> version(Path program) {
    try {
      var process = new ProcessBuilder(program.toString(), "--version").start();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      var found = VERSION.matcher(text);
      return found.find() ? Optional.of(Integer.valueOf(found.group(1))) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /// The major version of a server.
  public static int serverVersion(DatabaseUrl url) {
    var login = url.login();
    try (var connection =
        DriverManager.getConnection(login.url(), login.user(), login.password().reveal())) {
      return connection.getMetaData().getDatabaseMajorVersion();
    } catch (SQLException e) {
      throw new StartFailure(
          "The database cannot be reached (SQLSTATE %s); `stabbur doctor` says more."
              .formatted(e.getSQLState()),
          e);
    }
  }

  /// Runs a program on a database, with this process' own input and output; its exit code. The
  /// password goes by the environment, where lists of processes do not show it.
  public static int run(Path program, DatabaseUrl url, List<String> arguments)
      throws IOException, InterruptedException {
    var login = url.login();
    var line = new ArrayList<>(List.of(program.toString()));
    line.addAll(arguments);
    line.add("--dbname=" + login.url().replaceFirst("^jdbc:", ""));
    line.add("--username=" + login.user());
    var builder = new ProcessBuilder(line).inheritIO();
    builder.environment().put("PGPASSWORD", login.password().reveal());
    return builder.start().waitFor();
  }
}
