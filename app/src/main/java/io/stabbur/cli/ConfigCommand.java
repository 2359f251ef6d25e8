package io.stabbur.cli;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.ConfigurableApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.stabbur.platform.config.EffectiveSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur config`: what the settings are.
@Command(
    name = "config",
    description = "Show the settings that count, and where each comes from.",
    subcommands = ConfigCommand.Show.class,
    synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand extends CommandGroup {
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
      return EffectiveSettings.of(context, environment).stream()
          .filter(line -> all || line.origin().isPresent())
          .map(
              line ->
                  "%s: %s  # %s"
                      .formatted(line.path(), line.value(), line.origin().orElse("default")))
          .toList();
    }
  }
}
