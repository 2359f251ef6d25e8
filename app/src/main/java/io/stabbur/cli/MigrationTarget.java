package io.stabbur.cli;

import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.DatabaseUrl;
import io.stabbur.project.KeyFolder;
import io.stabbur.project.Migrations;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import io.stabbur.project.ServerSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The options that say which migrations and which database are meant, and work on them: the
/// database of the running Stabbur or, if none runs, one that is started for the purpose.
final class MigrationTarget {
  private static final String USUAL = "supabase/migrations";

  @Mixin ProjectServer server = new ProjectServer();

  @Mixin ConfigurationOptions configuration = new ConfigurationOptions();

  @Option(names = "--keys", description = "The folder of key files given to `up`.")
  @Nullable Path keys;

  @Option(
      names = "--migrations",
      description =
          "The folder of the migrations (default: that of the running Stabbur or of --config, else"
              + " supabase/migrations).")
  @Nullable Path migrations;

  <T> T with(Function<Migrations, T> work) {
    var folder = new DataFolder(server.data.toAbsolutePath().normalize());
    Optional<Properties> running = folder.running();
    return running.isPresent() ? onRunning(server.running(), work) : onStarted(folder, work);
  }

  private <T> T onRunning(Properties running, Function<Migrations, T> work) {
    var login = DatabaseUrl.parse(running.getProperty("DB_URL")).login();
    var served = Path.of(running.getProperty(DataFolder.MIGRATIONS, USUAL));
    try (var owner = Database.open(login)) {
      return work.apply(
          new Migrations(owner, configuration.areGiven() ? configured() : or(served)));
    }
  }

  /// The folder that the configuration names.
  private Path configured() {
    configuration.use();
    try (var context = ConfigurationOptions.builder().build()) {
      return or(
          context
              .getEnvironment()
              .start()
              .getProperty("stabbur.migrations", Path.class)
              .orElse(Path.of(USUAL)));
    }
  }

  private Path or(Path otherwise) {
    return migrations == null ? otherwise : migrations;
  }

  private <T> T onStarted(DataFolder folder, Function<Migrations, T> work) {
    folder.claim();
    if (keys != null) {
      new KeyFolder(keys).linkInto(folder.path());
    }
    configuration.use();
    try (var context = ConfigurationOptions.builder().build()) {
      var file = context.getEnvironment().start();
      EnvironmentCheck.of(file).requireOwnDatabases(file);
    }
    try (var context =
        ConfigurationOptions.builder()
            .properties(settings(folder))
            .eagerInitConfiguration(true)
            .start()) {
      var project = project(context.getBean(Projects.class));
      var folderOfFiles = or(context.getBean(ServerSettings.class).migrations());
      return work.apply(new Migrations(project.admin(), folderOfFiles));
    } finally {
      folder.release();
    }
  }

  /// One that was added at run time is known to a running Stabbur alone.
  private Project project(Projects projects) {
    var name = server.project;
    return name == null
        ? projects.firstOpen()
        : projects
            .byName(name)
            .orElseThrow(
                () ->
                    new StartFailure(
                        "The configuration has no project %s that opens; for one that was added at run time, start Stabbur with `stabbur up` first."
                            .formatted(name)));
  }

  /// Nothing is served meanwhile, so what a server would warn of does not matter.
  private static Map<String, Object> settings(DataFolder folder) {
    return Map.of(
        "stabbur.data", folder.path().toString(),
        "stabbur.migrate", false,
        "stabbur.development", true);
  }
}
