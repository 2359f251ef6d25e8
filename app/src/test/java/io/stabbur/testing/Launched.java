package io.stabbur.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The `stabbur` command in a process of its own, as an operator starts it; for what a test inside
/// this JVM cannot show: exit codes, signals, `kill -9`.
public final class Launched implements AutoCloseable {
  /// Absolute, since the command runs in another folder.
  private static final String CLASS_PATH =
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
          .map(entry -> Path.of(entry).toAbsolutePath().toString())
          .collect(Collectors.joining(File.pathSeparator));

  private final Process process;
  private final Path out;
  private final Path err;

  private Launched(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /// Starts the command with arguments such as `up --port 1234`.
  public static Launched start(Path directory, String... arguments) throws IOException {
    return startWithHeap("512m", directory, arguments);
  }

  /// The same with more variables in its environment.
  public static Launched startWithEnvironment(
      Map<String, String> environment, Path directory, String... arguments) throws IOException {
    return start("512m", environment, directory, arguments);
  }

  /// Starts another version of the program.
  ///
  /// @param patches folders whose classes and resources take the place of those of the same name
  /// @param classes all other classes of the program, in place of those that are tested
  public static Launched startVersion(
      List<Path> patches, Path classes, Path directory, String... arguments) throws IOException {
    var classPath =
        Stream.concat(
                Stream.concat(patches.stream(), Stream.of(classes)).map(Path::toString),
                Stream.of(CLASS_PATH.split(File.pathSeparator, -1))
                    .filter(entry -> !isOfTheProgram(Path.of(entry))))
            .collect(Collectors.joining(File.pathSeparator));
    return start(program("512m", classPath), Map.of(), directory, arguments);
  }

  private static boolean isOfTheProgram(Path entry) {
    return entry.endsWith("target/classes") || entry.endsWith("target/test-classes");
  }

  /// The same with a standard input that says this and ends.
  public static Launched startWithInput(String input, Path directory, String... arguments)
      throws IOException {
    var launched = start(directory, arguments);
    try (var in = launched.process.outputWriter(StandardCharsets.UTF_8)) {
      in.write(input);
    }
    return launched;
  }

  /// The same with a heap of another size, such as `256m`.
  public static Launched startWithHeap(String heap, Path directory, String... arguments)
      throws IOException {
    return start(heap, Map.of(), directory, arguments);
  }

  /// A shell script that is the command, for scripts of operators.
  public static String script() {
    return "#!/bin/sh\nexec '" + String.join("' '", program("512m")) + "' \"$@\"\n";
  }

  private static List<String> program(String heap) {
    return program(heap, CLASS_PATH);
  }

  private static List<String> program(String heap, String classPath) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx" + heap,
        "-XX:+ExitOnOutOfMemoryError",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        classPath,
        "io.stabbur.Application");
  }

  private static Launched start(
      String heap, Map<String, String> environment, Path directory, String... arguments)
      throws IOException {
    return start(program(heap), environment, directory, arguments);
  }

  private static Launched start(
      List<String> program, Map<String, String> environment, Path directory, String... arguments)
      throws IOException {
    var command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    var out = Files.createTempFile("stabbur", ".out");
    var err = Files.createTempFile("stabbur", ".err");
    var builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    return new Launched(builder.start(), out, err);
  }

  /// Starts the command as it is shipped, by the script of a tree where it is built: with its class
  /// cache and its flags for Java.
  ///
  /// @param script the path of `stabbur` in that tree
  public static Launched startShipped(Path script, Path directory, String... arguments)
      throws IOException {
    return start(List.of(script.toString()), Map.of(), directory, arguments);
  }

  /// Waits until the banner is printed.
  public Launched awaitReady() throws IOException, InterruptedException {
    var limit = Instant.now().plus(Duration.ofSeconds(90));
    while (!Files.readString(out).contains("Stabbur is ready")) {
      if (!process.isAlive() || Instant.now().isAfter(limit)) {
        throw new AssertionError("not ready: " + Files.readString(out) + Files.readString(err));
      }
      Thread.sleep(50);
    }
    return this;
  }

  /// Waits for the end and returns the exit code.
  public int awaitEnd() throws InterruptedException {
    if (!process.waitFor(90, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the command did not end");
    }
    return process.exitValue();
  }

  public String output() throws IOException {
    return Files.readString(out);
  }

  /// What was written to standard error.
  public String errors() throws IOException {
    return Files.readString(err);
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// The most memory the process has had so far, in megabytes, all of it and not only the heap.
  public long peakMegabytes() throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .sum();
  }

  /// SIGKILL: no shutdown hook, no last write.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// SIGTERM, as Ctrl-C and `stabbur down` do.
  public void terminate() throws InterruptedException {
    process.destroy();
    awaitEnd();
  }

  /// Runs the command to its end: its exit code, and its standard output or, unless that is 0, what
  /// it wrote to standard error.
  public static Map.Entry<Integer, String> run(Path directory, String... arguments)
      throws IOException, InterruptedException {
    return runWithInput("", directory, arguments);
  }

  /// The same with a standard input that says this and ends.
  public static Map.Entry<Integer, String> runWithInput(
      String input, Path directory, String... arguments) throws IOException, InterruptedException {
    try (var launched = startWithInput(input, directory, arguments)) {
      int code = launched.awaitEnd();
      return Map.entry(code, code == 0 ? launched.output() : launched.errors());
    }
  }

  @Override
  public void close() throws InterruptedException, IOException {
    if (process.isAlive()) {
      terminate();
    }
    Files.deleteIfExists(out);
    Files.deleteIfExists(err);
  }
}
