package io.stabbur.project;

import java.nio.file.Files;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// The user's migrations, `supabase/migrations/<version>_<name>.sql`, run as the project's admin
/// role.
final class Migrations {
  private Migrations() {}

  static void apply(Project project, Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    var login = project.admin().login();
    try {
      Flyway.configure(Migrations.class.getClassLoader())
          .dataSource(login.url(), login.user(), login.password().reveal())
          .locations("filesystem:" + folder.toAbsolutePath())
          .sqlMigrationPrefix("")
          .sqlMigrationSeparator("_")
          .defaultSchema("supabase_migrations")
          .table("flyway_history")
          .group(true)
          .validateMigrationNaming(true)
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StartFailure("A migration failed: " + e.getMessage(), e);
    }
  }
}
