package io.stabbur.project;

import io.stabbur.platform.db.Login;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// The internal schema: roles, `auth`, `storage`, `realtime`, helper functions and grants, as on a
/// Supabase project. Its versions live in `stabbur.migrations`, apart from the user's.
final class BaseSchema {
  private BaseSchema() {}

  /// Brings the internal schema to this program's version, as the cluster's superuser.
  static void migrate(Login superuser) {
    try {
      Flyway.configure(BaseSchema.class.getClassLoader())
          .dataSource(superuser.url(), superuser.user(), superuser.password().reveal())
          .locations("classpath:io/stabbur/project/base")
          .sqlMigrationPrefix("")
          .sqlMigrationSeparator("_")
          .defaultSchema("stabbur")
          .table("migrations")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StartFailure(
          "The internal schema cannot be brought up to date: " + e.getMessage(), e);
    }
  }
}
