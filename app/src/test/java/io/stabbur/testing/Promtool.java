package io.stabbur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Prometheus' own `promtool` (Debian's package `prometheus`): its parser decides what is valid.
public final class Promtool {
  private static final Path PROGRAM = Path.of("/usr/bin/promtool");

  private Promtool() {}

  /// The lines it prints of metrics in the text format: parse errors and breaches of conventions.
  public static List<String> metrics(String text) {
    return run(text, "check", "metrics").lines().toList();
  }

  /// What it says of a file of rules; fails where it finds them invalid.
  public static String rules(String yaml) {
    try {
      var file = Files.createTempFile("rules", ".yml");
      try {
        Files.writeString(file, yaml);
        return run("", "check", "rules", file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What it says of a unit test of rules or expressions, which begins with SUCCESS or FAILED.
  public static String test(String yaml) {
    try {
      var file = Files.createTempFile("rules", ".yml");
      try {
        Files.writeString(file, yaml);
        return run("", "test", "rules", file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String run(String input, String... arguments) {
    if (!Files.isExecutable(PROGRAM)) {
      throw new AssertionError("install Debian's package `prometheus` to run this test");
    }
    var line = new ArrayList<>(List.of(PROGRAM.toString()));
    line.addAll(List.of(arguments));
    try {
      var in = Files.createTempFile("promtool", ".in");
      Files.writeString(in, input);
      var process =
          new ProcessBuilder(line).redirectInput(in.toFile()).redirectErrorStream(true).start();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      Files.delete(in);
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
