package io.stabbur.auth.request;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A database row as Postgres' `to_jsonb` writes it. NULL reads as nothing: rows inserted by hand
/// have it where this server writes "".
public record Row(JsonNode json) {
  /// For queries whose only column is the row as JSON.
  public static Row read(ResultSet rows) throws SQLException {
    return new Row(Json.parse(rows.getString(1)));
  }

  private static final JsonNode EMPTY = JsonNode.createObjectNode(Map.of());

  public String text(String column) {
    var value = json.get(column);
    return value == null || value.isNull() ? "" : value.coerceStringValue();
  }

  public UUID uuid(String column) {
    return UUID.fromString(text(column));
  }

  public @Nullable UUID maybeUuid(String column) {
    var text = text(column);
    return text.isEmpty() ? null : UUID.fromString(text);
  }

  public boolean flag(String column) {
    var value = json.get(column);
    return value != null && value.isBoolean() && value.getBooleanValue();
  }

  public long number(String column) {
    var value = json.get(column);
    return value == null || !value.isNumber() ? 0 : value.getLongValue();
  }

  public boolean has(String column) {
    var value = json.get(column);
    return value != null && !value.isNull();
  }

  /// Columns without a time zone hold UTC.
  public @Nullable Instant instant(String column) {
    var text = text(column);
    if (text.isEmpty() || text.contains("infinity")) {
      return null;
    }
    boolean zoned = text.endsWith("Z") || text.lastIndexOf('+') > 0 || text.lastIndexOf('-') > 10;
    return zoned
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
  }

  public JsonNode object(String column) {
    var value = json.get(column);
    return value == null || !value.isObject() ? EMPTY : value;
  }

  public Row row(String column) {
    return new Row(object(column));
  }

  public List<Row> rows(String column) {
    var value = json.get(column);
    var rows = new ArrayList<Row>();
    if (value != null && value.isArray()) {
      for (var entry : value.values()) {
        rows.add(new Row(entry));
      }
    }
    return rows;
  }
}
