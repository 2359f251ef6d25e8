package io.stabbur.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// The real Supabase CLI with a home and a project folder of its own, which finds a server by a
/// profile file.
public final class SupabaseCli {
  private static final int LIMIT_SECONDS = 120;

  private final Path home = TestServer.newFolder();
  private Path work = TestServer.newFolder();
  private final String profile;
  private final String token;
  private final StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");

  /// @param profile the path of a profile file
  /// @param token an access token; "" for none
  public SupabaseCli(Path profile, String token) {
    this.profile = profile.toString();
    this.token = token;
  }

  /// One that finds this server by a profile of its own.
  public static SupabaseCli of(TestServer server, String token) {
    return of(server, token, "localhost", "");
  }

  /// The same with other names for databases.
  ///
  /// @param more lines of the profile
  public static SupabaseCli of(TestServer server, String token, String projectHost, String more) {
    var url = server.url();
    var cli =
        new SupabaseCli(
            write(
                TestServer.newFolder().resolve("profile.yaml"),
                """
                name: stabbur-test
                api_url: %s
                dashboard_url: %s
                project_host: %s
                %s
                """
                    .formatted(url, url, projectHost, more)),
            token);
    return cli.file("config.toml", "project_id = \"test\"\n");
  }

  /// The project folder, which has a folder `supabase`.
  public Path work() {
    return work;
  }

  /// Works in the project folder of another one.
  public SupabaseCli in(SupabaseCli other) {
    work = other.work;
    return this;
  }

  /// Writes a file in the folder `supabase`.
  public SupabaseCli file(String name, String text) {
    var _ = write(work.resolve("supabase").resolve(name), text);
    return this;
  }

  private static Path write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Lets the command find this name at this address, in a view of the file system of its own.
  public SupabaseCli host(String name, String address) {
    hosts.append(address).append(' ').append(name).append('\n');
    return this;
  }

  /// What a command line begins with that sees other host names.
  private List<String> withHosts() {
    if (hosts.indexOf("\n") == hosts.length() - 1) {
      return List.of();
    }
    var file = write(home.resolve("hosts"), hosts.toString());
    var script = "mount --bind " + file + " /etc/hosts && exec \"$@\"";
    return Stream.concat(ownView().stream(), Stream.of("sh", "-c", script, "sh")).toList();
  }

  /// Needs root, or a system that lets others have a view of the file system of their own.
  private static List<String> ownView() {
    for (var options : List.of("-m", "-rm")) {
      try {
        if (new ProcessBuilder("unshare", options, "true").start().waitFor() == 0) {
          return List.of("unshare", options);
        }
      } catch (IOException e) {
        break;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return Assumptions.abort("no view of the file system of its own is to be had here");
  }

  /// Runs a command to its end.
  public Console.Ended command(String... arguments) {
    var line = new ArrayList<>(withHosts());
    line.add(Node.supabase().toString());
    line.addAll(List.of(arguments));
    line.addAll(List.of("--agent", "no"));
    try {
      var out = Files.createTempFile(home, "out", ".log");
      var errors = Files.createTempFile(home, "errors", ".log");
      var builder =
          new ProcessBuilder(line)
              .directory(work.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .redirectError(errors.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("SUPABASE_"));
      builder.environment().put("HOME", home.toString());
      builder.environment().put("DO_NOT_TRACK", "1");
      builder.environment().put("SUPABASE_NO_KEYRING", "1");
      builder.environment().put("SUPABASE_PROFILE", profile);
      builder.environment().put(Node.SHORT_LIVED, "0");
      // the same answers on machines with containers
      builder.environment().put("DOCKER_HOST", "unix:///nowhere/docker.sock");
      if (!token.isEmpty()) {
        builder.environment().put("SUPABASE_ACCESS_TOKEN", token);
      }
      var process = builder.start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(line + " did not end: " + Files.readString(errors));
      }
      return new Console.Ended(
          process.exitValue(), Files.readString(out), Files.readString(errors));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// What a command that succeeds prints.
  public String run(String... arguments) {
    var ended = command(arguments);
    assertThat(ended.code())
        .as("%s%n%s%s", List.of(arguments), ended.output(), ended.errors())
        .isZero();
    return ended.output();
  }

  /// What a command that is refused says.
  public String refusal(String... arguments) {
    var ended = command(arguments);
    assertThat(ended.code())
        .as("%s%n%s%s", List.of(arguments), ended.output(), ended.errors())
        .isNotZero();
    return ended.output() + ended.errors();
  }
}
