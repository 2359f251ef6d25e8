package io.stabbur.cli;

import io.stabbur.moving.FileMove;
import io.stabbur.moving.FileSource;
import io.stabbur.moving.FolderFiles;
import io.stabbur.moving.S3Files;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.DatabaseUrl;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur import`: brings a hosted or self-hosted Supabase project into the running Stabbur.
@Command(
    name = "import",
    description =
        "Bring a hosted or self-hosted Supabase project into the running Stabbur: tables, accounts"
            + " with passwords and sessions, policies, files. The source is only read; an"
            + " interrupted import goes on when it is run again.")
final class ImportCommand implements Callable<Integer> {
  @Option(
      names = "--from",
      required = true,
      paramLabel = "URL",
      description = "The source's database, directly or by a session pooler: " + OtherDatabase.HELP)
  String from = "";

  @Option(
      names = "--files",
      paramLabel = "PLACE",
      description =
          "The source's S3 endpoint, such as"
              + " s3://ref.storage.supabase.co/storage/v1/s3?region=eu-north-1, with"
              + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or …_FILE); or a folder of"
              + " BUCKET/NAME.")
  @Nullable String files;

  @Mixin ProjectServer server = new ProjectServer();

  @Mixin StorageKey storage = new StorageKey();

  @Mixin MovingConsole console = new MovingConsole();

  @Override
  public Integer call() {
    if (files != null && storage.url != null) {
      throw new StartFailure("Give one of --files and --storage-url.");
    }
    var target = DatabaseUrl.parse(server.databaseUrl()).login();
    var source = OtherDatabase.login(from);
    try (var own = server.storage();
        var place = place()) {
      return console.run(
          source, target, Optional.ofNullable(place).map(each -> new FileMove(each, own)));
    }
  }

  private @Nullable FileSource place() {
    if (storage.url != null) {
      return storage.api().orElseThrow();
    }
    if (files == null) {
      return null;
    }
    return files.matches("(s3|https?)://.*") ? s3(files) : new FolderFiles(Path.of(files));
  }

  private static FileSource s3(String endpoint) {
    var variables = Variables.all();
    var id = variables.get("AWS_ACCESS_KEY_ID");
    var secret = variables.get("AWS_SECRET_ACCESS_KEY");
    if (id == null || secret == null) {
      throw new StartFailure(
          "The S3 endpoint needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; set them, or …_FILE to files with them.");
    }
    return new S3Files(endpoint, id, Secret.of(secret));
  }
}
