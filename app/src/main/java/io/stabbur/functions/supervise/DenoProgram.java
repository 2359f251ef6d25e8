package io.stabbur.functions.supervise;

import io.stabbur.functions.deploy.Deployment;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The Deno of this machine, the folder for sockets and temporary files of its processes, and how
/// they are started.
@Singleton
public final class DenoProgram {
  private static final int LONGEST_OUTPUT = 64 * 1024;
  private static final int LARGEST_GRAPH = 32 * 1024 * 1024;
  private static final Duration CHECKPOINT_LIMIT = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(DenoProgram.class);

  private final Optional<Path> binary;
  private final FunctionsSettings settings;
  private final ProcessHome home = ProcessHome.create();
  private final ProcessStarter starter = new ProcessStarter();
  private final byte[] preload = resource("preload.js");
  private final String preloadName =
      "preload-" + HexFormat.of().formatHex(Crypto.sha256(preload), 0, 6) + ".js";
  private final Path checkpoint = home.folder().resolve("checkpoint.js");
  private volatile @Nullable String version;

  DenoProgram(FunctionsSettings settings) {
    binary =
        Optional.ofNullable(settings.deno())
            .map(DenoProgram::unwrapped)
            .or(DenoProgram::onPath)
            .filter(Files::isExecutable);
    this.settings = settings;
    try {
      Files.write(checkpoint, resource("checkpoint.js"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] resource(String name) {
    try (var in = DenoProgram.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in).readAllBytes();
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
      var output =
          run(
              home.folder(),
              Map.of(),
              List.of("--version"),
              Duration.ofSeconds(10),
              LONGEST_OUTPUT);
      known = output.text().replaceFirst("(?s)^deno ([^ \n]+).*", "$1");
      version = known;
    }
    return known;
  }

  /// How a command ended.
  ///
  /// @param text its standard output
  /// @param errors what it wrote to the other
  public record Outcome(int code, String text, String errors) {}

  /// What a version imports, as JSON: every module by its address, with what it imports in turn.
  /// Local modules are read for that, wherever they are, so the answer is for no client.
  public Outcome graph(Deployment deployment, Duration patience) {
    var arguments = new ArrayList<String>(List.of("info", "--json", "--no-lock"));
    arguments.addAll(fetching(deployment));
    return run(deployment, arguments, patience, LARGEST_GRAPH);
  }

  /// Fills the cache of a version with what it imports, and writes down what was chosen, through
  /// the registries and proxies that the environment of this server names.
  public Outcome cache(Deployment deployment, Duration patience) {
    var arguments = new ArrayList<String>(List.of("cache", "--quiet", "--frozen=false"));
    arguments.add("--lock=" + deployment.lock());
    arguments.addAll(fetching(deployment));
    return run(deployment, arguments, patience, LONGEST_OUTPUT);
  }

  /// Writes what the cache of a version keeps in journals into its databases, so that starts find
  /// what V8 has compiled without reading a journal. No process of the version may run. A Deno that
  /// cannot do that, or does not start, changes nothing.
  public void checkpoint(Deployment deployment) {
    var cache = deployment.cache().toString();
    var arguments = new ArrayList<String>(List.of("run", "--quiet", "--no-prompt", "--no-config"));
    arguments.addAll(List.of("--allow-read=" + cache, "--allow-write=" + cache));
    arguments.addAll(List.of(checkpoint.toString(), cache));
    try {
      var ended = run(home.folder(), Map.of(), arguments, CHECKPOINT_LIMIT, LONGEST_OUTPUT);
      if (ended.code() != 0) {
        LOG.warn("The cache of a function keeps its journals: {} ({})", cache, ended.errors());
      }
    } catch (RuntimeException e) {
      LOG.warn("The cache of a function keeps its journals: {}", cache, e);
    }
  }

  private List<String> fetching(Deployment deployment) {
    var flags = new ArrayList<String>(List.of("--node-modules-dir=none"));
    Launch.imports(deployment, settings).stream()
        .filter(flag -> !flag.equals("--cached-only"))
        .forEach(flags::add);
    flags.add(deployment.entrypoint().toString());
    return flags;
  }

  private Outcome run(
      Deployment deployment, List<String> arguments, Duration patience, int longest) {
    var environment = new HashMap<>(Registries.environment());
    environment.put("DENO_DIR", deployment.cache().toString());
    return run(deployment.root(), environment, arguments, patience, longest);
  }

  private Outcome run(
      Path folder,
      Map<String, String> environment,
      List<String> arguments,
      Duration patience,
      int longest) {
    var command = new ArrayList<String>(List.of(path().toString()));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().putAll(Map.of("NO_COLOR", "1", "DENO_NO_UPDATE_CHECK", "1"));
    builder.environment().put("HOME", home.folder().toString());
    try {
      var errors = Files.createTempFile(home.folder(), "deno", ".err");
      try {
        return outcome(start(builder.redirectError(errors.toFile())), errors, patience, longest);
      } finally {
        Files.deleteIfExists(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Outcome outcome(Process process, Path errors, Duration patience, int longest)
      throws IOException {
    process.getOutputStream().close();
    var timer = Thread.ofVirtual().start(() -> end(process, patience));
    try (var output = process.getInputStream();
        var error = Files.newInputStream(errors)) {
      var text = new String(output.readNBytes(longest), StandardCharsets.UTF_8);
      // what is not read would keep it from ending
      output.skip(Long.MAX_VALUE);
      int code = process.onExit().join().exitValue();
      return new Outcome(
          code, text, new String(error.readNBytes(LONGEST_OUTPUT), StandardCharsets.UTF_8));
    } finally {
      timer.interrupt();
    }
  }

  /// Starts a process that does not outlive this program.
  Process start(ProcessBuilder builder) throws IOException {
    return starter.start(builder);
  }

  private static void end(Process process, Duration patience) {
    try {
      Thread.sleep(patience);
      process.destroyForcibly();
    } catch (InterruptedException e) {
      // it has ended in time
    }
  }

  /// The script that runs before the code of a function, in the cache of its version: after a
  /// restart of this program it has the same path, by which Deno finds what V8 has compiled of it.
  /// A machine that lost its power may have left a part of it.
  Path preload(Deployment deployment) throws IOException {
    var file = deployment.cache().resolve(preloadName);
    if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), preload)) {
      Files.createDirectories(deployment.cache());
      var written = Files.createTempFile(deployment.cache(), "preload", null);
      Files.write(written, preload);
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return file;
  }

  /// A new folder for one process, readable by nobody else.
  Path newFolder() throws IOException {
    return home.newFolder();
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
    starter.close();
    home.close();
  }
}
