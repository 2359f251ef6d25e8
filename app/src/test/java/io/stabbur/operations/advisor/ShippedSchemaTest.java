package io.stabbur.operations.advisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Database;
import io.stabbur.project.SchemaSetup;
import io.stabbur.testing.TestPostgres;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The shipped schema beside the advisor's rules.
class ShippedSchemaTest {
  private static Report report() {
    var superuser = SchemaSetup.newMigrated();
    try (var database = Database.open(TestPostgres.as("postgres", superuser))) {
      return Advisor.report(database, List.of("public"));
    }
  }

  @Test
  void nothingIsFound() {
    var report = report();

    assertThat(report.open())
        .extracting(f -> f.level() + " " + f.key() + ": " + f.detail())
        .isEmpty();
    assertThat(report.unjudged()).isEmpty();
  }
}
