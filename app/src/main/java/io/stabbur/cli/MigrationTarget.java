package io.stabbur.cli;

import io.micronaut.context.ApplicationContext;
import io.stabbur.platform.db.Database;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.Migrations;
import io.stabbur.project.Projects;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which migrations and which database are meant, and work on them: the
/// database of the running Stabbur or, if none runs, one that is started for the purpose.
final class MigrationTarget {
  @Option(
      names = "--data",
      description = "The data folder given to `up` (default ${DEFAULT-VALUE}).")
  Path data = Path.of("data");

  @Option(names = "--config", description = "The configuration file given to `up`.")
  @Nullable Path config;

  @Option(
      names = "--migrations",
      description = "The folder of the migrations (default ${DEFAULT-VALUE}).")
  Path migrations = Path.of("supabase/migrations");

  <T> T with(Function<Migrations, T> work) {
    var folder = new DataFolder(data.toAbsolutePath().normalize());
    Optional<Properties> running = folder.running();
    return running.isPresent()
        ? onRunning(running.get().getProperty("DB_URL"), work)
        : onStarted(folder, work);
  }

  private <T> T onRunning(String databaseUrl, Function<Migrations, T> work) {
    var login = DatabaseUrl.parse(databaseUrl).login();
    try (var owner = Database.open(login)) {
      return work.apply(new Migrations(owner, migrations));
    }
  }

  private <T> T onStarted(DataFolder folder, Function<Migrations, T> work) {
    folder.claim();
    UpCommand.useConfiguration(config);
    try (var context =
        ApplicationContext.builder()
            .environmentPropertySource(false)
            .properties(settings(folder))
            .eagerInitConfiguration(true)
            .start()) {
      var project = context.getBean(Projects.class).all().getFirst();
      return work.apply(new Migrations(project.admin(), migrations));
    } finally {
      folder.release();
    }
  }

  /// Nothing is served meanwhile, so what a server would warn of does not matter.
  private static Map<String, Object> settings(DataFolder folder) {
    return Map.of(
        "stabbur.data", folder.path().toString(),
        "stabbur.migrate", false,
        "stabbur.development", true);
  }
}
