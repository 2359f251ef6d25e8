package io.stabbur.cli;

import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.project.Projects;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur backup key`: the one text to keep apart from the backups.
@Command(
    name = "key",
    description =
        "Print the key that opens the backups; keep it where neither the backups nor this machine"
            + " are.")
final class BackupKeyCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      description = "The data folder given to `up` (default ${DEFAULT-VALUE}).")
  Path data = Path.of("data");

  @Option(
      names = "--project",
      paramLabel = "NAME",
      description = "Which project (default: `default`).")
  String project = "default";

  @Mixin ConfigurationOptions configuration = new ConfigurationOptions();

  @Override
  public Integer call() {
    var settings = BackupConfiguration.read(configuration);
    RepositoryKey key =
        settings.key() == null
            ? BackupConfiguration.keyIn(Projects.folder(data, project).resolve("keys.json"))
            : RepositoryKey.ofText(settings.key().reveal());
    System.out.println(key.text());
    return 0;
  }
}
