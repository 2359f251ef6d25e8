package io.stabbur.testing;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.file.LockFile;
import io.stabbur.project.SchemaSetup;
import io.stabbur.project.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Data folders whose cluster exists already: binaries, initdb and schema are made once, in
/// `target/template-…`, and copied for each server. The name of the template contains a hash of
/// what it was made from.
///
/// A copy has keys of its own: the template's `keys.json` contains the superuser's password and
/// nothing else, so the first start adds the rest, as it does in a new folder. What is written to a
/// copy survives the death of any process, but not a power cut (`fsync = off`).
public enum DataTemplate {
  /// The internal schema.
  BASE,
  /// The internal schema and the shipped migrations.
  MIGRATED;

  private static final Secret PASSWORD = Secret.of("a-password-of-the-template");
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final List<String> OF_ONE_START =
      List.of("stabbur.lock", "postgres.log", "postgres/stabbur.conf", "postgres/postmaster.opts");

  /// Fills `data`, a folder that is empty or does not exist yet.
  public void copyTo(Path data) {
    try {
      var template = template();
      Files.createDirectories(data);
      copy(template.resolve("data"), data);
      // programs are only read: one copy serves all
      Files.createSymbolicLink(data.resolve("engine"), template.resolve("engine"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The template, made now if there is none for the present files.
  private Path template() throws IOException {
    var folder = TARGET.resolve("%s-%s".formatted(prefix(), SchemaSetup.fingerprint()));
    if (!Files.exists(folder)) {
      Files.createDirectories(TARGET);
      LockFile.hold(TARGET.resolve("template.lock"), () -> make(folder));
    }
    return folder;
  }

  private Path make(Path folder) throws IOException {
    PostgresAccount.ensure();
    if (Files.exists(folder)) {
      return folder;
    }
    deleteOlder();
    var building = TARGET.resolve("template.building");
    DataFolders.delete(building);
    var data = building.resolve("data");
    fill(data);
    for (var file : OF_ONE_START) {
      Files.deleteIfExists(data.resolve(file));
    }
    Files.writeString(
        data.resolve("keys.json"), "{\"superuser_password\":\"%s\"}".formatted(PASSWORD.reveal()));
    Files.writeString(
        data.resolve("postgres/postgresql.conf"),
        "\nfsync = off\nfull_page_writes = off\nscram_iterations = 1\n",
        StandardOpenOption.APPEND);
    Files.move(data.resolve("engine"), building.resolve("engine"));
    return Files.move(building, folder);
  }

  private void fill(Path data) {
    try (var postgres = EmbeddedPostgres.start(data, null, PASSWORD)) {
      var superuser =
          new Login(
              postgres.jdbcUrl(), EmbeddedPostgres.SUPERUSER, PASSWORD, 2, Duration.ofSeconds(10));
      SchemaSetup.base(superuser);
      if (this == MIGRATED) {
        SchemaSetup.migrations(superuser, TestServer.repository().resolve("supabase/migrations"));
      }
      TestPostgres.execute(superuser, "vacuum analyze");
    }
  }

  /// Templates of the same kind that were made from other files.
  private void deleteOlder() throws IOException {
    try (var siblings = Files.list(TARGET)) {
      for (var file : siblings.toList()) {
        if (file.getFileName().toString().startsWith(prefix() + "-")) {
          DataFolders.delete(file);
        }
      }
    }
  }

  private String prefix() {
    return "template-" + name().toLowerCase(Locale.ROOT);
  }

  /// Keeps owners and permissions, for Postgres may run as another user.
  private static void copy(Path from, Path to) throws IOException {
    var process =
        new ProcessBuilder("cp", "-a", "--reflink=auto", from + "/.", to.toString())
            .redirectErrorStream(true)
            .start();
    var output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("cp failed: " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
