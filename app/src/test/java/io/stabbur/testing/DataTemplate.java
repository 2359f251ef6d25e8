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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Data folders whose cluster exists already: binaries, initdb and schema are made once, in
/// `target/template-…`, each from a copy of the one before, and copied for each server. The name of
/// a template contains a hash of what it was made from.
///
/// A copy has keys of its own: the template's `keys.json` contains the superuser's password and
/// nothing else, so the first start adds the rest, as it does in a new folder. What is written to a
/// copy survives the death of any process, but not a power cut (`fsync = off`).
public enum DataTemplate {
  /// A cluster as initdb leaves it, for a Postgres without a server.
  EMPTY,
  /// The internal schema.
  BASE,
  /// The internal schema and the shipped migrations.
  MIGRATED;

  /// Of the superuser of each cluster.
  public static final Secret PASSWORD = Secret.of("a password of the tests");

  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final List<String> OF_ONE_START =
      List.of(
          "stabbur.lock",
          "postgres.log",
          "postgres/stabbur.conf",
          "postgres/postmaster.opts",
          "postgres/pg_stat/pg_stat_statements.stat");
  private static @Nullable String fingerprint;

  /// A new folder that is filled.
  public Path newCopy() {
    var data = DataFolders.create();
    copyTo(data);
    return data;
  }

  /// Fills `data`, a folder that is empty or does not exist yet.
  public void copyTo(Path data) {
    try {
      Files.createDirectories(data);
      copy(template().resolve("data"), data);
      // programs are only read: one copy serves all
      Files.createSymbolicLink(data.resolve("engine"), EMPTY.template().resolve("engine"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The template, made now if there is none for the present files.
  private Path template() throws IOException {
    var folder = TARGET.resolve("%s-%s".formatted(prefix(), fingerprint()));
    if (!Files.exists(folder)) {
      PostgresAccount.ensure();
      Files.createDirectories(TARGET);
      // before the lock, which nobody takes twice
      switch (this) {
        case EMPTY -> {}
        case BASE -> EMPTY.template();
        case MIGRATED -> BASE.template();
      }
      LockFile.hold(
          TARGET.resolve("template.lock"), () -> Files.exists(folder) ? folder : make(folder));
    }
    return folder;
  }

  /// Read once: the files stay as they are while tests run.
  private static synchronized String fingerprint() throws IOException {
    var known = fingerprint;
    if (known == null) {
      known = SchemaSetup.fingerprint(DataTemplate.class);
      fingerprint = known;
    }
    return known;
  }

  private Path make(Path folder) throws IOException {
    deleteOlder();
    var building = TARGET.resolve("template.building");
    DataFolders.delete(building);
    var data = building.resolve("data");
    switch (this) {
      case EMPTY -> makeCluster(data);
      case BASE -> change(EMPTY, data, SchemaSetup::base);
      case MIGRATED ->
          change(
              BASE,
              data,
              superuser ->
                  SchemaSetup.migrations(
                      superuser, TestServer.repository().resolve("supabase/migrations")));
    }
    for (var file : OF_ONE_START) {
      Files.deleteIfExists(data.resolve(file));
    }
    Files.move(data.resolve("engine"), building.resolve("engine"));
    return Files.move(building, folder);
  }

  /// A cluster whose writes need not survive a power cut, whose log is as long as what is in it,
  /// whose passwords need not withstand guesses, since each connection hashes one, and whose memory
  /// fits what is in it: each start and each stop go through all of it.
  private static void makeCluster(Path data) throws IOException {
    try (var postgres = EmbeddedPostgres.start(data, null, PASSWORD)) {
      TestPostgres.execute(
          superuser(postgres),
          "set scram_iterations = 1; alter role %s password '%s'"
              .formatted(EmbeddedPostgres.SUPERUSER, PASSWORD.reveal()));
    }
    Files.writeString(
        data.resolve("keys.json"), "{\"superuser_password\":\"%s\"}".formatted(PASSWORD.reveal()));
    Files.writeString(
        data.resolve("postgres/postgresql.conf"),
        """

        fsync = off
        full_page_writes = off
        wal_init_zero = off
        wal_recycle = off
        scram_iterations = 1
        shared_buffers = 32MB
        """,
        StandardOpenOption.APPEND);
  }

  private static void change(DataTemplate original, Path data, Consumer<Login> work) {
    original.copyTo(data);
    try (var postgres = EmbeddedPostgres.start(data, null, PASSWORD)) {
      var superuser = superuser(postgres);
      work.accept(superuser);
      TestPostgres.execute(superuser, "vacuum analyze");
    }
  }

  private static Login superuser(EmbeddedPostgres postgres) {
    return new Login(
        postgres.jdbcUrl(), EmbeddedPostgres.SUPERUSER, PASSWORD, 2, Duration.ofSeconds(10));
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
