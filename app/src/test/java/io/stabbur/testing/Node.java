package io.stabbur.testing;

import io.stabbur.platform.file.LockFile;
import io.stabbur.project.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs scripts of `src/test/node` with unmodified client libraries against a server. The libraries
/// are installed once, from the lock file, into `target/node`; the scripts are copied beside them.
/// A script that ends with anything but 0 fails the test with everything it printed.
public final class Node {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Path SOURCES = TestServer.repository().resolve("app/src/test/node");
  private static final Path HOME = TestServer.repository().resolve("app/target/node");

  /// Set to 0, Bun, in which Supabase's command is written, compiles less: it runs for a second
  /// only, a third of which is compiling.
  static final String SHORT_LIVED = "BUN_JSC_useDFGJIT";

  private Node() {}

  /// Runs a script as a client of the server's first project; returns its standard output.
  public static String run(TestServer server, String script, String... arguments) {
    return run(environment(server), script, arguments);
  }

  /// Runs a script with these variables; returns its standard output.
  public static String run(Map<String, String> environment, String script, String... arguments) {
    install();
    var line = new ArrayList<>(List.of("node", HOME.resolve(script).toString()));
    Collections.addAll(line, arguments);
    return execute(line, environment);
  }

  /// The text of supabase-js for pages without a bundler.
  public static byte[] supabaseForPages() throws IOException {
    install();
    return Files.readAllBytes(
        HOME.resolve("node_modules/@supabase/supabase-js/dist/umd/supabase.js"));
  }

  /// The text of axe-core, which looks for faults of accessibility in a page.
  public static String axe() throws IOException {
    install();
    return Files.readString(HOME.resolve("node_modules/axe-core/axe.min.js"));
  }

  /// The real Deno, as the npm package brings it.
  public static Path deno() {
    install();
    try (var platforms = Files.list(HOME.resolve("node_modules/@deno"))) {
      return platforms
          .map(platform -> platform.resolve("deno"))
          .filter(Files::isRegularFile)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The real Supabase CLI.
  static Path supabase() {
    install();
    return HOME.resolve("node_modules/.bin/supabase");
  }

  /// Runs the real Supabase CLI on the project folder `workdir`; returns its standard output.
  public static String supabase(Path workdir, String... arguments) {
    install();
    var line = new ArrayList<>(List.of(HOME.resolve("node_modules/.bin/supabase").toString()));
    Collections.addAll(line, arguments);
    Collections.addAll(line, "--workdir", workdir.toString(), "--agent", "no");
    // what it remembers between runs stays in the build folder
    return execute(line, Map.of("HOME", HOME.toString(), "DO_NOT_TRACK", "1", SHORT_LIVED, "0"));
  }

  /// The server's address and keys under the names that Supabase's own tools use.
  public static Map<String, String> environment(TestServer server) {
    return environment(server.url(), server.project());
  }

  /// The same for any project reached at `url`.
  public static Map<String, String> environment(String url, Project project) {
    var keys = project.keys();
    var environment = new HashMap<String, String>();
    environment.put("SUPABASE_URL", url);
    environment.put("SUPABASE_ANON_KEY", keys.anonKey().reveal());
    environment.put("SUPABASE_SERVICE_ROLE_KEY", keys.serviceRoleKey().reveal());
    environment.put("SUPABASE_PUBLISHABLE_KEY", keys.publishableKey().reveal());
    environment.put("SUPABASE_SECRET_KEY", keys.secretKey().reveal());
    environment.put("SUPABASE_JWT_SECRET", keys.jwtSecret().reveal());
    environment.put("S3_PROTOCOL_ACCESS_KEY_ID", keys.s3AccessKeyId().reveal());
    environment.put("S3_PROTOCOL_ACCESS_KEY_SECRET", keys.s3SecretAccessKey().reveal());
    return environment;
  }

  private static synchronized void install() {
    try {
      Files.createDirectories(HOME);
      // another JVM of the same build may install too
      LockFile.hold(HOME.resolve("install.lock"), Node::installAlone);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path installAlone() throws IOException {
    var installed = HOME.resolve("installed.json");
    var lock = SOURCES.resolve("package-lock.json");
    copySources();
    if (!Files.exists(installed) || Files.mismatch(installed, lock) >= 0) {
      execute(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), Map.of());
      Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
    }
    return installed;
  }

  /// Copies what differs: a script of another JVM may be reading the rest.
  private static void copySources() throws IOException {
    try (var files = Files.walk(SOURCES)) {
      for (var file : (Iterable<Path>) files::iterator) {
        var relative = SOURCES.relativize(file);
        if (relative.startsWith("node_modules")) {
          continue;
        }
        var target = HOME.resolve(relative);
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!Files.exists(target) || Files.mismatch(file, target) >= 0) {
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static String execute(List<String> line, Map<String, String> environment) {
    var name = Path.of(line.get(1)).getFileName();
    try {
      var output = Files.createTempFile(HOME, "output", ".log");
      var errors = Files.createTempFile(HOME, "errors", ".log");
      try {
        var builder =
            new ProcessBuilder(line)
                .directory(HOME.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        int code = await(builder.start());
        var printed = Files.readString(output, StandardCharsets.UTF_8);
        if (code != 0) {
          throw new AssertionError(
              "%s %s ended with %d:%n%s%s"
                  .formatted(line.getFirst(), name, code, printed, Files.readString(errors)));
        }
        return printed;
      } finally {
        Files.delete(output);
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new AssertionError(
          "%s cannot be run; client tests need Node.js 20 or later with npm on the PATH"
              .formatted(line.getFirst()),
          e);
    }
  }

  /// The exit code, or -1 for a process that had to be ended at the limit.
  private static int await(Process process) {
    try {
      if (process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      process.destroyForcibly().waitFor();
      return -1;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}
