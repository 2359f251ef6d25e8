package io.stabbur.operations.advisor;

import io.micronaut.json.tree.JsonNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A column of a table with policies, and values for rows that nobody has.
///
/// @param category of the type, as `pg_type.typcategory`
/// @param length most characters; 0 for any number
/// @param labels of an enumerated type
record Column(
    Policy.Table table,
    String name,
    String type,
    String category,
    int length,
    List<String> labels) {
  private static final List<String> NUMBERS =
      List.of("int2", "int4", "int8", "float4", "float8", "numeric");

  static Column of(ResultSet row) throws SQLException {
    return new Column(
        new Policy.Table(
            String.valueOf(row.getString("schema_name")),
            String.valueOf(row.getString("table_name"))),
        String.valueOf(row.getString("name")),
        String.valueOf(row.getString("type_name")),
        String.valueOf(row.getString("category")),
        row.getInt("length"),
        Arrays.asList((String[]) row.getArray("labels").getArray()));
  }

  private boolean isText() {
    return category.equals("S");
  }

  /// A value of the row with this number. Rows differ in all that a condition may ask for; their
  /// texts are ones that the conditions name, or else random.
  JsonNode value(int row, Optional<String> word) {
    if (!labels.isEmpty()) {
      return JsonNode.createStringNode(labels.get(row % labels.size()));
    }
    if (type.equals("uuid")) {
      return JsonNode.createStringNode(UUID.randomUUID().toString());
    }
    if (isText()) {
      return text(word.orElseGet(() -> UUID.randomUUID().toString()));
    }
    if (type.equals("bool")) {
      return JsonNode.createBooleanNode(row % 2 == 0);
    }
    if (NUMBERS.contains(type)) {
      return JsonNode.createNumberNode((row % 2 == 0 ? 1 : -1) * (row * 977 % 30_000));
    }
    return other(row);
  }

  private JsonNode other(int row) {
    return switch (type) {
      case "timestamptz", "timestamp", "date" ->
          JsonNode.createStringNode(
              Instant.now()
                  .plus(Duration.ofDays(row % 2 == 0 ? 400 + row : -400 - row))
                  .toString());
      case "json", "jsonb" -> JsonNode.createObjectNode(java.util.Map.of());
      default -> category.equals("A") ? JsonNode.createArrayNode(List.of()) : JsonNode.nullNode();
    };
  }

  /// The value of a row that belongs to an account: its id wherever an id may stand.
  @Nullable JsonNode owned(String account) {
    return type.equals("uuid") || isText() ? text(account) : null;
  }

  private JsonNode text(String text) {
    return JsonNode.createStringNode(
        length > 0 && text.length() > length ? text.substring(0, length) : text);
  }
}
