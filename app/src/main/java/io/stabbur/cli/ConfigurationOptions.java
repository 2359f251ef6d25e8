package io.stabbur.cli;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ApplicationContextBuilder;
import io.stabbur.platform.error.StartFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The configuration of a command: a file, and overlays of it that say what is different in one
/// environment. The overlay `staging` of `stabbur.yml` is `stabbur-staging.yml` beside it; of
/// several the last wins.
final class ConfigurationOptions {
  private static final String PROFILES = "STABBUR_PROFILES";

  @Option(
      names = "--config",
      description = "A configuration file; config/stabbur.yml shows every setting.")
  @Nullable Path config;

  @Option(
      names = "--profile",
      split = ",",
      paramLabel = "NAME",
      description =
          "Overlays of the configuration file, such as `staging` for stabbur-staging.yml (default:"
              + " those of the variable STABBUR_PROFILES).")
  List<String> profiles = List.of();

  /// Whether there is a file.
  boolean areGiven() {
    return config != null;
  }

  /// The files, each of which wins over those before it.
  List<Path> files() {
    var names = profiles.isEmpty() ? ofTheEnvironment() : profiles;
    if (config == null) {
      if (!names.isEmpty()) {
        throw new StartFailure(
            "The profile %s changes a configuration file; name that file with --config."
                .formatted(names.getFirst()));
      }
      return List.of();
    }
    var files = new ArrayList<>(List.of(config));
    for (var name : names) {
      files.add(overlay(config, name));
    }
    for (var file : files) {
      if (!Files.isReadable(file) || Files.isDirectory(file)) {
        throw new StartFailure(
            file.equals(config)
                ? "The configuration file %s cannot be read; check the path after --config."
                    .formatted(config)
                : "The overlay %s cannot be read; check the names after --profile."
                    .formatted(file));
      }
    }
    return files;
  }

  /// Makes the settings of the files count, for the contexts that are started next.
  void use() {
    var files = files();
    if (!files.isEmpty()) {
      System.setProperty(
          "micronaut.config.files",
          files.stream()
              .map(file -> file.toAbsolutePath().toString())
              .collect(Collectors.joining(",")));
    }
  }

  /// A context that reads no variables but those that files name.
  static ApplicationContextBuilder builder() {
    // STABBUR_A_B could mean a.b or a-b; a file says it, with ${NAME} where that is wanted
    return ApplicationContext.builder()
        .environmentPropertySource(false)
        .bootstrapEnvironment(false)
        .propertySources(Variables.ofFiles());
  }

  private static List<String> ofTheEnvironment() {
    var names = System.getenv().getOrDefault(PROFILES, "");
    return List.of(names.split(",")).stream()
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static Path overlay(Path config, String name) {
    var file = config.getFileName().toString();
    int dot = file.lastIndexOf('.');
    var overlay =
        dot < 0 ? file + "-" + name : file.substring(0, dot) + "-" + name + file.substring(dot);
    return config.resolveSibling(overlay);
  }
}
