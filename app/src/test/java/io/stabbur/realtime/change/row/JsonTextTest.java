package io.stabbur.realtime.change.row;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.realtime.change.table.ValueType;
import io.stabbur.realtime.change.table.ValueType.Comparison;
import io.stabbur.realtime.change.table.ValueType.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What Postgres writes as text, as `to_jsonb` would give it.
class JsonTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "BOOLEAN | t | true",
        "BOOLEAN | f | false",
        "NUMBER | 1 | 1",
        "NUMBER | -0.00 | -0.00",
        "NUMBER | 1e+20 | 1e+20",
        "NUMBER | 12345678901234567890.123 | 12345678901234567890.123",
        "NUMBER | NaN | \"NaN\"",
        "NUMBER | Infinity | \"Infinity\"",
        "NUMBER | -Infinity | \"-Infinity\"",
        "VERBATIM | {\"a\": [1, null]} | {\"a\": [1, null]}",
        "TIMESTAMP | 2026-02-03 04:05:06.789 | \"2026-02-03T04:05:06.789\"",
        "TIMESTAMP | 0044-03-15 12:00:00 BC | \"0044-03-15T12:00:00 BC\"",
        "TIMESTAMP | infinity | \"infinity\"",
        "TIMESTAMP | -infinity | \"-infinity\"",
        "TIMESTAMP_WITH_ZONE | 2026-02-03 04:05:06+00 | \"2026-02-03T04:05:06+00:00\"",
        "TIMESTAMP_WITH_ZONE | 2026-02-03 04:05:06.7-08 | \"2026-02-03T04:05:06.7-08:00\"",
        "TIMESTAMP_WITH_ZONE | 2026-02-03 04:05:06+05:30 | \"2026-02-03T04:05:06+05:30\"",
        "TIMESTAMP_WITH_ZONE | 1890-01-01 00:43:00+00:43:12 | \"1890-01-01T00:43:00+00:43:12\"",
        "TIMESTAMP_WITH_ZONE | 0044-03-15 12:00:00+00 BC | \"0044-03-15T12:00:00+00:00 BC\"",
        "TIMESTAMP_WITH_ZONE | infinity | \"infinity\"",
        "BYTES | \\x00ff | \"00ff\"",
        "BYTES | \\x | \"\"",
        "TEXT | `` | \"\"",
        "TEXT | it's | \"it's\"",
        "TEXT | a\"b\\c | \"a\\\"b\\\\c\"",
        "TEXT | å😀 | \"å😀\"",
        "ASKED | (1,2) | null",
        "ASKED_BY_READER | x | null"
      })
  void values(Json kind, String text, String json) {
    assertThat(written(type(kind), text)).isEqualTo(json);
  }

  @ParameterizedTest
  @EnumSource(Json.class)
  void nothingIsNull(Json kind) {
    var out = new StringBuilder();
    JsonText.append(out, type(kind), null);

    assertThat(out).hasToString("null");
  }

  @Test
  void controlCharactersAreEscaped() {
    assertThat(written(type(Json.TEXT), "\n\r\t\b\f\u0001\u001f\u007f"))
        .isEqualTo("\"\\n\\r\\t\\b\\f\\u0001\\u001f\u007f\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "NUMBER | {} | []",
        "NUMBER | {1} | [1]",
        "NUMBER | {1,NULL,-2.50} | [1,null,-2.50]",
        "NUMBER | {1,NaN} | [1,\"NaN\"]",
        "NUMBER | {{1,2},{3,4}} | [[1,2],[3,4]]",
        "NUMBER | [2:3]={1,2} | [1,2]",
        "NUMBER | [0:0][1:2]={{1,2}} | [[1,2]]",
        "BOOLEAN | {t,f,NULL} | [true,false,null]",
        "TEXT | {a,b c,NULL} | [\"a\",\"b c\",null]",
        "TEXT | {\"a,b\",\"c}d\",\"{\"} | [\"a,b\",\"c}d\",\"{\"]",
        "TEXT | {\"\",\"NULL\",null} | [\"\",\"NULL\",\"null\"]",
        "TEXT | {\"a\\\"b\",\"c\\\\d\"} | [\"a\\\"b\",\"c\\\\d\"]",
        "VERBATIM | {\"{\\\"a\\\": 1}\",NULL} | [{\"a\": 1},null]",
        "TIMESTAMP | {\"2026-02-03 04:05:06\"} | [\"2026-02-03T04:05:06\"]",
        "TIMESTAMP_WITH_ZONE | {\"2026-02-03 04:05:06+01\"} | [\"2026-02-03T04:05:06+01:00\"]",
        "BYTES | {\"\\\\x00ff\"} | [\"\\\\x00ff\"]"
      })
  void arrays(Json element, String text, String json) {
    assertThat(written(array(element, ','), text)).isEqualTo(json);
  }

  @Test
  void someTypesSeparateTheirElementsOtherwise() {
    assertThat(written(array(Json.TEXT, ';'), "{(1,1),(0,0);(2,2),(1,1)}"))
        .isEqualTo("[\"(1,1),(0,0)\",\"(2,2),(1,1)\"]");
  }

  private static String written(ValueType type, String text) {
    var out = new StringBuilder();
    JsonText.append(out, type, text);
    return out.toString();
  }

  private static ValueType type(Json json) {
    return new ValueType(1, "x", "x", json, null, ',', Comparison.BY_TEXT);
  }

  private static ValueType array(Json element, char delimiter) {
    return new ValueType(
        2, "_x", "_x", Json.ARRAY, type(element), delimiter, Comparison.BY_POSTGRES);
  }
}
