package io.stabbur.operations.statement;

import io.stabbur.platform.sql.SqlText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A change of one row: which one, of which version, and the columns that get another value.
///
/// @param version as [OperatorStatements#row] returned it
/// @param values texts that Postgres reads as the type of the column; null for null
public record RowForm(Place place, String version, Map<String, @Nullable String> values) {
  /// Most characters of a value that is changed this way.
  public static final int LONGEST = 10_000;

  /// Which row of which table.
  ///
  /// @param key the columns of the primary key and what they hold
  public record Place(String schema, String table, Map<String, String> key) {
    public Place {
      key = Collections.unmodifiableMap(new LinkedHashMap<>(key));
      if (key.isEmpty()) {
        throw new IllegalArgumentException("A row without a key");
      }
    }

    /// Such as `public.notes`.
    String relation() {
      return schema + '.' + table;
    }

    /// Such as `"id" = '1' and "language" = 'nb'`.
    SqlText condition() {
      var text = new SqlText();
      var isFirst = true;
      for (var each : key.entrySet()) {
        if (!isFirst) {
          text.add(" and ");
        }
        isFirst = false;
        text.name(each.getKey()).add(" = ").literal(each.getValue());
      }
      return text;
    }
  }

  public RowForm {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    if (values.isEmpty()) {
      throw new IllegalArgumentException("A change of nothing");
    }
  }

  /// Such as `update "public"."notes" set "text" = 'b' where "id" = '1' and xmin = '745'`.
  SqlText update() {
    var text = new SqlText().add("update ").name(place.schema()).add(".").name(place.table());
    text.add(" set ");
    var isFirst = true;
    for (var each : values.entrySet()) {
      if (!isFirst) {
        text.add(", ");
      }
      isFirst = false;
      text.name(each.getKey()).add(" = ");
      if (each.getValue() == null) {
        text.add("null");
      } else {
        text.literal(each.getValue());
      }
    }
    return text.add(" where ").append(place.condition()).add(" and xmin = ").literal(version);
  }
}
