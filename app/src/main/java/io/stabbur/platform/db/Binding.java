package io.stabbur.platform.db;

import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Untyped;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;

/// Binds values with a type the driver knows. A parameter it knows no type of would make it ask for
/// one and split the message group after a few executions, which would end the transaction early;
/// this class has no way to bind one. Postgres itself may be left to find a type: it takes a
/// parameter of its type `unknown` for one that nobody gave a type.
final class Binding {
  private Binding() {}

  /// Binds the values from position `first`; returns the next free position.
  static int bind(PreparedStatement statement, int first, List<@Nullable Object> values)
      throws SQLException {
    int position = first;
    for (var value : values) {
      bind(statement, position++, value);
    }
    return position;
  }

  private static void bind(PreparedStatement statement, int at, @Nullable Object value)
      throws SQLException {
    switch (value) {
      case null -> statement.setNull(at, Types.VARCHAR);
      case String text -> statement.setString(at, text);
      case Integer number -> statement.setInt(at, number);
      case Long number -> statement.setLong(at, number);
      case Double number -> statement.setDouble(at, number);
      case Boolean flag -> statement.setBoolean(at, flag);
      case BigDecimal number -> statement.setBigDecimal(at, number);
      case UUID id -> statement.setObject(at, id);
      case OffsetDateTime time -> statement.setObject(at, time);
      case Instant time -> statement.setObject(at, time.atOffset(ZoneOffset.UTC));
      case byte[] bytes -> statement.setBytes(at, bytes);
      case Jsonb(var text) -> statement.setObject(at, typed("jsonb", text));
      case Untyped(var text) -> statement.setObject(at, typed("unknown", text));
      case String[][] rows ->
          statement.setArray(at, statement.getConnection().createArrayOf("text", rows));
      case String[] texts ->
          statement.setArray(at, statement.getConnection().createArrayOf("text", texts));
      default -> throw new IllegalArgumentException("cannot bind a " + value.getClass().getName());
    }
  }

  private static PGobject typed(String type, String text) throws SQLException {
    var object = new PGobject();
    object.setType(type);
    object.setValue(text);
    return object;
  }
}
