package io.stabbur.data.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Types of Postgres in the description of the API.
class SwaggerTypeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          text                        | string  | text                        | -
          character varying           | string  | character varying           | -
          character                   | string  | character                   | -
          boolean                     | boolean | boolean                     | -
          smallint                    | integer | int32                       | -
          integer                     | integer | int32                       | -
          bigint                      | integer | int64                       | -
          numeric                     | number  | numeric                     | -
          real                        | number  | real                        | -
          double precision            | number  | double precision            | -
          json                        | -       | json                        | -
          jsonb                       | -       | jsonb                       | -
          uuid                        | string  | uuid                        | -
          timestamp with time zone    | string  | timestamp with time zone    | -
          app.mood                    | string  | app.mood                    | -
          "odd[]name"                 | string  | "odd[]name"                 | -
          text[]                      | array   | text[]                      | {"type":"string"}
          character varying[]         | array   | character varying[]         | {"type":"string"}
          integer[]                   | array   | integer[]                   | {"type":"integer"}
          bigint[]                    | array   | bigint[]                    | {"type":"integer"}
          double precision[]          | array   | double precision[]          | {"type":"number"}
          boolean[]                   | array   | boolean[]                   | {"type":"boolean"}
          jsonb[]                     | array   | jsonb[]                     | {}
          app.mood[]                  | array   | app.mood[]                  | {"type":"string"}
          """)
  void aTypeHasAKindAndAFormat(
      String type, @Nullable String kind, String format, @Nullable String items) {
    assertThat(SwaggerType.kind(type)).isEqualTo(kind);
    assertThat(SwaggerType.format(type)).isEqualTo(format);
    var tree = SwaggerType.items(type);
    assertThat(tree == null ? null : Json.write(tree.node())).isEqualTo(items);
  }
}
