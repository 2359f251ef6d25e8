package io.stabbur.project.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A program of the operating system or of Postgres, run to its end.
final class Command {
  /// What programs get of the environment: its other variables may be secrets.
  static final Map<String, String> ENVIRONMENT = environment(System.getenv());

  private Command() {}

  /// Where the user of this process has no name, as in a container with any uid, the image's entry
  /// point names a library that gives it one: initdb asks for it.
  static Map<String, String> environment(Map<String, String> given) {
    var environment = new HashMap<String, String>();
    environment.put("PATH", given.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin"));
    environment.put("LC_ALL", "C.UTF-8");
    var library = given.get("NSS_WRAPPER_LIBRARY");
    if (library != null) {
      environment.put("LD_PRELOAD", library);
      environment.put("NSS_WRAPPER_PASSWD", given.getOrDefault("NSS_WRAPPER_PASSWD", ""));
      environment.put("NSS_WRAPPER_GROUP", given.getOrDefault("NSS_WRAPPER_GROUP", ""));
    }
    return Map.copyOf(environment);
  }

  /// Runs a command in a folder and returns what it wrote.
  ///
  /// @param input its standard input
  /// @throws IOException with its output when it fails or cannot be started
  static String run(Path folder, String input, List<String> command) throws IOException {
    var process = builder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
      in.write(input);
    }
    var output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (await(process) != 0) {
      throw new IOException(
          "%s failed: %s".formatted(Path.of(command.getFirst()).getFileName(), output));
    }
    return output;
  }

  /// Whether a command can be started and exits with 0.
  static boolean succeeds(List<String> command) {
    try {
      var _ = run(Path.of("/"), "", command);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// A builder for a command with the clean environment.
  static ProcessBuilder builder(List<String> command) {
    var builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().putAll(ENVIRONMENT);
    return builder;
  }

  private static int await(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroy();
      throw new IOException("interrupted", e);
    }
  }
}
