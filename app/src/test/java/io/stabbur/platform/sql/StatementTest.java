package io.stabbur.platform.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.OffsetDateTime;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StatementTest {
  @Test
  void placesOfValuesAreNumbered() {
    assertThat(Statement.of("select ?, ?::text from t where a = ?", 1, 2, 3).numbered(4))
        .isEqualTo("select $4, $5::text from t where a = $6");
  }

  @Test
  void questionMarksInQuotesAndOperatorsAreNoPlaces() {
    assertThat(Statement.of("select '?', 'it''s ?', \"a?\"\"b\", j ?? 'k', ?", 1).numbered(1))
        .isEqualTo("select '?', 'it''s ?', \"a?\"\"b\", j ? 'k', $1");
  }

  @Test
  void valuesAreLiterals() {
    var id = UUID.fromString("5f2c1c5e-0a4f-4a0e-9d8a-0d7c2f7f1c11");
    assertThat(
            Statement.of(
                    "",
                    null,
                    "it's",
                    true,
                    7L,
                    id,
                    OffsetDateTime.MIN,
                    OffsetDateTime.MAX,
                    new Jsonb("{}"),
                    new String[] {"a\"b\\", "", null, "NULL"})
                .texts())
        .containsExactly(
            null,
            "it's",
            "true",
            "7",
            id.toString(),
            "-infinity",
            "infinity",
            "{}",
            "{\"a\\\"b\\\\\",\"\",NULL,\"NULL\"}");
    assertThatThrownBy(() -> Statement.of("", new byte[1]).texts())
        .isInstanceOf(IllegalArgumentException.class);
  }
}
