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
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Brings a database to what a start makes of it, without a project and so without keys.
public final class SchemaSetup {
  /// Those of `base/supabase/0002_schemas`.
  private static final String RIGHTS =
      """
      do $$ begin
        execute format('alter database %I owner to postgres', current_database());
        execute format('grant all on database %I to postgres, dashboard_user', current_database());
        execute format('grant create on database %I to supabase_auth_admin, supabase_realtime_admin',
          current_database());
      end $$\
      """;

  private static @Nullable Login base;
  private static @Nullable Login migrated;

  private SchemaSetup() {}

  /// The superuser's login to a new database that has the internal schema: a copy of one that is
  /// made once.
  public static synchronized Login newBase() {
    var original = base;
    if (original == null) {
      original = TestPostgres.newDatabase();
      base(original);
      base = original;
    }
    return copy(original);
  }

  /// The same with the shipped migrations.
  public static synchronized Login newMigrated() {
    var original = migrated;
    if (original == null) {
      original = newBase();
      migrations(original, TestServer.repository().resolve("supabase/migrations"));
      migrated = original;
    }
    return copy(original);
  }

  private static Login copy(Login original) {
    var copy = TestPostgres.copyOf(original);
    giveRights(copy);
    return copy;
  }

  /// Gives rights on the database itself, which a copy of a database does not have.
  static void giveRights(Login superuser) {
    TestPostgres.execute(superuser, RIGHTS);
  }

  /// Applies the internal schema.
  public static void base(Login superuser) {
    try (var database = Database.open(superuser.inCatalogOnly())) {
      RolePassword.ofSuperuser(database);
      BaseSchema.migrate(
          database,
          new Login(superuser.url(), "postgres", superuser.password(), 2, superuser.patience()),
          true);
    }
  }

  /// Applies the user migrations of a folder as the owner of the project.
  public static void migrations(Login superuser, Path folder) {
    try (var owner = Database.open(TestPostgres.as("postgres", superuser))) {
      new Migrations(owner, folder).apply(Migrations.Older.REFUSE);
    }
  }

  /// A hash of all that decides how a new database looks: the code and SQL of this package and
  /// those below it, the shipped migrations, the archive of Postgres, who makes it.
  public static String fingerprint(Class<?> maker) throws IOException {
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
      digest.update(codeOf(maker));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] codeOf(Class<?> type) throws IOException {
    try (var code = type.getResourceAsStream(type.getSimpleName() + ".class")) {
      return Objects.requireNonNull(code).readAllBytes();
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
