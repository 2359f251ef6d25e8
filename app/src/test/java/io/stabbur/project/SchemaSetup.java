package io.stabbur.project;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Brings a database to what a start makes of it, without a project and so without keys.
public final class SchemaSetup {
  private SchemaSetup() {}

  /// Applies the internal schema.
  public static void base(Login superuser) {
    try (var database = Database.open(superuser)) {
      RolePassword.ofSuperuser(database);
    }
    BaseSchema.migrate(
        superuser,
        new Login(superuser.url(), "postgres", superuser.password(), 2, superuser.patience()),
        true);
  }

  /// Applies the user migrations of a folder as the owner of the project.
  public static void migrations(Login superuser, Path folder) {
    try (var owner = Database.open(TestPostgres.as("postgres", superuser))) {
      new Migrations(owner, folder).apply(Migrations.Older.REFUSE);
    }
  }

  /// A hash of all that decides how a new database looks: the code and SQL of this package and
  /// those below it, the shipped migrations, the archive of Postgres.
  public static String fingerprint() throws IOException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var classes =
          Path.of(Migrations.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      for (var folder :
          List.of(
              classes.resolve("io/stabbur/project"),
              TestServer.repository().resolve("supabase/migrations"))) {
        try (var files = Files.walk(folder)) {
          for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
            digest.update(file.getFileName().toString().getBytes(UTF_8));
            digest.update(Files.readAllBytes(file));
          }
        }
      }
      digest.update(postgresArchives().getBytes(UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The jars that hold Postgres; their names contain its version.
  private static String postgresArchives() {
    return Stream.of("x86_64", "arm_64")
        .map(arch -> Migrations.class.getResource("/postgres-linux-" + arch + ".txz"))
        .map(String::valueOf)
        .reduce("", String::concat);
  }
}
