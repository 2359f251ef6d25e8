package io.stabbur.functions.supervise;

import io.stabbur.functions.error.FunctionError;
import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.platform.error.ApiException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// The Deno of this machine, and a folder for sockets and temporary files of its processes. The
/// folder is below the system's temporary one, since the path of a socket must be short.
@Singleton
public final class DenoProgram {
  private final Optional<Path> binary;
  private final Path home;
  private final Path preload;
  private final AtomicLong processes = new AtomicLong();

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

  Path preload() {
    return preload;
  }

  /// A new folder for one process, readable by nobody else.
  Path newFolder() throws IOException {
    return Files.createDirectory(home.resolve(Long.toString(processes.incrementAndGet(), 36)));
  }

  private static Optional<Path> onPath() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
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
