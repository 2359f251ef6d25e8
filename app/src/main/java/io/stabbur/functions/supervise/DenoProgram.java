package io.stabbur.functions.supervise;

import io.stabbur.functions.deploy.Deployment;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.platform.error.ApiException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The Deno of this machine, and a folder for sockets and temporary files of its processes. The
/// folder is below the system's temporary one, since the path of a socket must be short.
@Singleton
public final class DenoProgram {
  private static final int LONGEST = 64 * 1024;

  private final Optional<Path> binary;
  private final Path home;
  private final Path preload;
  private final AtomicLong processes = new AtomicLong();
  private volatile @Nullable String version;

  DenoProgram(FunctionsSettings settings) {
    binary =
        Optional.ofNullable(settings.deno())
            .map(DenoProgram::unwrapped)
            .or(DenoProgram::onPath)
            .filter(Files::isExecutable);
    try {
      home = Files.createTempDirectory("stabbur");
      preload = home.resolve("preload.js");
      try (var in = DenoProgram.class.getResourceAsStream("preload.js")) {
        Files.copy(Objects.requireNonNull(in), preload);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The program.
  ///
  /// @throws ApiException with [FunctionError.NoRuntime] where this machine has none
  public Path path() {
    return binary.orElseThrow(() -> new ApiException(new FunctionError.NoRuntime()));
  }

  /// What it says of its version, such as `2.9.6`.
  public String version() {
    var known = version;
    if (known == null) {
      var output = run(home, Map.of(), List.of("--version"), Duration.ofSeconds(10));
      known = output.text().replaceFirst("(?s)^deno ([^ \n]+).*", "$1");
      version = known;
    }
    return known;
  }

  /// How a command ended.
  public record Outcome(int code, String text) {}

  /// Fills the cache of a version with what it imports, through the registries and proxies that the
  /// environment of this server names.
  public Outcome cache(Deployment deployment, Duration patience) {
    var arguments = new ArrayList<String>(List.of("cache", "--quiet", "--no-lock"));
    arguments.add("--node-modules-dir=none");
    Launch.imports(deployment).stream()
        .filter(flag -> !flag.equals("--cached-only"))
        .forEach(arguments::add);
    arguments.add(deployment.entrypoint().toString());
    var environment = new HashMap<>(Registries.environment());
    environment.put("DENO_DIR", deployment.cache().toString());
    return run(deployment.root(), environment, arguments, patience);
  }

  private Outcome run(
      Path folder, Map<String, String> environment, List<String> arguments, Duration patience) {
    var command = new ArrayList<String>(List.of(path().toString()));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().putAll(Map.of("NO_COLOR", "1", "DENO_NO_UPDATE_CHECK", "1"));
    builder.environment().put("HOME", home.toString());
    try {
      var process = builder.start();
      process.getOutputStream().close();
      var timer = Thread.ofVirtual().start(() -> end(process, patience));
      var text = new String(process.getInputStream().readNBytes(LONGEST), StandardCharsets.UTF_8);
      int code = process.onExit().join().exitValue();
      timer.interrupt();
      return new Outcome(code, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(Process process, Duration patience) {
    try {
      Thread.sleep(patience);
      process.destroyForcibly();
    } catch (InterruptedException e) {
      // it has ended in time
    }
  }

  Path preload() {
    return preload;
  }

  /// A new folder for one process, readable by nobody else.
  Path newFolder() throws IOException {
    return Files.createDirectory(home.resolve(Long.toString(processes.incrementAndGet(), 36)));
  }

  private static Optional<Path> onPath() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder).resolve("deno"))
        .filter(Files::isExecutable)
        .map(DenoProgram::unwrapped)
        .findFirst();
  }

  /// The npm package `deno` has a script in front of the program; a process of a script could not
  /// be watched or ended.
  private static Path unwrapped(Path found) {
    try {
      var real = found.toRealPath();
      if (!real.endsWith("deno/bin.cjs")) {
        return real;
      }
      var packages = real.resolve("../../@deno").normalize();
      try (var platforms = Files.list(packages)) {
        return platforms
            .map(platform -> platform.resolve("deno"))
            .filter(Files::isRegularFile)
            .findFirst()
            .orElse(real);
      }
    } catch (IOException e) {
      return found;
    }
  }

  @PreDestroy
  void close() {
    delete(home);
  }

  /// Removes a folder with everything in it; what cannot be removed stays.
  static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(DenoProgram::deleteOne);
    } catch (IOException | UncheckedIOException e) {
      // a process that is just ending may still write there: the system's own cleaning gets it
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
