package io.stabbur.cli;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ConfigurableApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.stabbur.platform.config.KnownSettings;
import io.stabbur.platform.config.KnownSettings.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur config`: what the settings are.
@Command(
    name = "config",
    description = "Show the settings that count, and where each comes from.",
    subcommands = ConfigCommand.Show.class,
    synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand implements Runnable {
  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  /// `stabbur config show`.
  @Command(
      name = "show",
      description =
          "Print every setting with its value and its origin. Secrets are printed as ***, and what"
              + " is only the default is left out without --all.")
  static final class Show implements Callable<Integer> {
    @Mixin ConfigurationOptions configuration = new ConfigurationOptions();

    @Option(names = "--all", description = "Print defaults too.")
    boolean all;

    @Override
    public Integer call() {
      configuration.use();
      var variables = Variables.all();
      try (var context =
          ConfigurationOptions.builder()
              .propertySources(
                  PropertySource.of(
                      "a variable GOTRUE_*",
                      GotrueNames.read(variables).settings(),
                      Integer.MIN_VALUE + 1),
                  PropertySource.of(
                      "a variable PGRST_*",
                      PostgrestNames.settings(PostgrestNames.environment(variables)),
                      Integer.MAX_VALUE - 1),
                  PropertySource.of(
                      "the variable STABBUR_PUBLIC_URL",
                      Optional.ofNullable(variables.get("STABBUR_PUBLIC_URL"))
                          .<Map<String, Object>>map(url -> Map.of("stabbur.public-url", url))
                          .orElse(Map.of()),
                      Integer.MAX_VALUE))
              .build()) {
        var environment = context.getEnvironment().start();
        ((ConfigurableApplicationContext) context).configure();
        lines(context, environment).forEach(System.out::println);
      }
      return 0;
    }

    private List<String> lines(ApplicationContext context, Environment environment) {
      var lines = new ArrayList<String>();
      for (var setting : KnownSettings.of(context).all()) {
        for (var path : paths(setting.path(), environment)) {
          var origin = origin(path, environment);
          if (origin.isPresent()) {
            lines.add(
                "%s: %s  # %s".formatted(path, value(setting, path, environment), origin.get()));
          } else if (all && !path.contains("*")) {
            lines.add("%s: %s  # default".formatted(path, shown(setting, setting.usual())));
          }
        }
      }
      return lines;
    }

    /// A setting of every name that the operator chose, such as each project's.
    private static List<String> paths(String pattern, Environment environment) {
      int star = pattern.indexOf(".*");
      if (star < 0) {
        return List.of(pattern);
      }
      var names = environment.getPropertyEntries(pattern.substring(0, star));
      return names.isEmpty()
          ? List.of(pattern)
          : names.stream().sorted().map(name -> pattern.replaceFirst("\\*", name)).toList();
    }

    private static String value(Setting setting, String path, Environment environment) {
      var value = environment.getProperty(path, Object.class).orElse("");
      return shown(
          setting,
          value instanceof List<?> list
              ? list.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"))
              : String.valueOf(value));
    }

    private static String shown(Setting setting, String value) {
      if (value.isEmpty()) {
        return "(none)";
      }
      return setting.isSecret() ? "***" : value.replaceFirst("//[^/@]*@", "//***@");
    }

    /// The source that wins.
    private static Optional<String> origin(String path, Environment environment) {
      return environment.getPropertySources().stream()
          .filter(source -> has(source, path))
          .max(Comparator.comparingInt(PropertySource::getOrder))
          .map(source -> source.getName());
    }

    private static boolean has(PropertySource source, String path) {
      for (var key : source) {
        var name = key.replace('_', '-');
        if (name.equals(path) || name.startsWith(path + "[") || name.startsWith(path + ".")) {
          return true;
        }
      }
      return false;
    }
  }
}
