package io.stabbur.data.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Database;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.testing.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// 1,000 tables of five columns with foreign keys among them, and 500 functions.
class CatalogSizeTest {
  private static final int READINGS = 5;

  @Test
  void aLargeSchemaIsReadWithinASecond() {
    var login = TestPostgres.newDatabase();
    TestPostgres.execute(login, SqlFile.of(CatalogSizeTest.class, "thousand"));
    var times = new ArrayList<Duration>();
    try (var database = Database.open(login)) {
      var reader = new CatalogReader(new CatalogScope(List.of("thousand"), List.of(), List.of()));
      for (int reading = 0; reading < READINGS; reading++) {
        long start = System.nanoTime();
        var catalog = reader.read(database);
        times.add(Duration.ofNanos(System.nanoTime() - start));
        assertThat(catalog.relations()).hasSize(1000);
        assertThat(catalog.relations().values().stream().mapToInt(r -> r.columns().size()).sum())
            .isEqualTo(5000);
        assertThat(catalog.routines()).hasSize(500);
      }
    }
    System.out.println(
        "catalog of 1,000 tables: " + times.stream().map(Duration::toMillis).toList() + " ms");
    assertThat(Collections.min(times)).isLessThan(Duration.ofSeconds(1));
  }
}
