package io.stabbur.cli;

import io.stabbur.operations.backup.BackupPlace;
import io.stabbur.operations.backup.BackupSettings;
import io.stabbur.operations.backup.RestoreRun;
import io.stabbur.operations.backup.RestoreTarget;
import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.operations.backup.repository.StoreException;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.embedded.EmbeddedPostgres;
import io.stabbur.project.embedded.PostgresPrograms;
import io.stabbur.storage.upkeep.StoredFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur restore`: makes a new data folder from backups. Nothing is restored in place.
@Command(
    name = "restore",
    description = "Make a new data folder from backups; the old one stays as it is.")
final class RestoreCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      required = true,
      description = "The new data folder: empty, or not there yet.")
  Path data = Path.of("restored");

  @Option(
      names = "--from",
      description = "Where the backups are (default: stabbur.backup.to of the configuration).")
  @Nullable String from;

  @Mixin ConfigurationOptions configuration = new ConfigurationOptions();

  @Option(
      names = "--key-file",
      description = "The keys.json of the project, or a file with the text of `backup key`.")
  @Nullable Path keyFile;

  @Option(names = "--project", description = "Which project (default: `default`).")
  String project = "default";

  /// The newest state without one.
  @ArgGroup MomentOptions moment = new MomentOptions();

  @Option(
      names = "--os-user",
      description = "As whom Postgres runs if root restores (default ${DEFAULT-VALUE}).")
  String osUser = EmbeddedPostgres.OS_USER;

  @Option(
      names = "--postgres-binaries",
      description =
          "The Postgres of the backup, as stabbur.postgres.binaries names it (default"
              + " ${DEFAULT-VALUE}).")
  String binaries = PostgresPrograms.BUNDLED;

  @Override
  public Integer call() {
    var settings = BackupConfiguration.read(configuration);
    var place = from != null ? from : settings.to();
    if (place == null) {
      throw new StartFailure(
          "Name the place of the backups with --from, or give --config with stabbur.backup.to.");
    }
    var backups =
        new BackupPlace(
            settings.store(place), BackupSettings.prefix(place, project), key(settings));
    try {
      var target = target();
      var restored =
          new RestoreRun(
                  backups.leadingTo(target),
                  new StoredFiles(),
                  new PostgresPrograms(osUser, binaries),
                  Optional.empty())
              .into(folder(), target, RestoreRun.Bytes.WRITTEN);
      System.out.printf(
          restored.backup().isDump()
              ? "Wrote %s with %d files from dump %s; restore database.dump as app/docs/backup.md"
                  + " says, then start with `stabbur up --data %s`.%n"
              : "Restored %s with %d files from backup %s; start it with `stabbur up --data %s`.%n",
          folder(),
          restored.files(),
          restored.backup().id(),
          data);
      if (restored.lacking() > 0) {
        System.out.printf(
            "%d rows name files that had no bytes when they were backed up.%n", restored.lacking());
      }
      return 0;
    } catch (IOException | UncheckedIOException | DamagedException | StoreException e) {
      throw new StartFailure(e.getMessage() + "; nothing was restored.", e);
    }
  }

  private RestoreTarget target() {
    if (moment.backup != null) {
      return new RestoreTarget.Base(moment.backup);
    }
    if (moment.point != null) {
      return new RestoreTarget.Point(moment.point);
    }
    return moment.time == null ? new RestoreTarget.Latest() : moment(moment.time);
  }

  private static RestoreTarget moment(String text) {
    try {
      return RestoreTarget.Moment.parse(text);
    } catch (DateTimeParseException e) {
      throw new StartFailure("%s is no time; write it as 2026-11-21T14:30:00Z.".formatted(text), e);
    }
  }

  private Path folder() {
    var root = data.toAbsolutePath().normalize();
    return project.equals("default") ? root : root.resolve("projects").resolve(project);
  }

  private RepositoryKey key(BackupSettings settings) {
    if (keyFile != null) {
      return BackupConfiguration.keyIn(keyFile);
    }
    if (settings.key() == null) {
      throw new StartFailure(
          "Give --key-file with the keys.json that belongs to the backups, or with the text of"
              + " `stabbur backup key`.");
    }
    return RepositoryKey.ofText(settings.key().reveal());
  }
}
