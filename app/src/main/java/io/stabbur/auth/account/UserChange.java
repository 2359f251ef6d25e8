package io.stabbur.auth.account;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Columns of one user to be written together.
public final class UserChange {
  private final Map<UserColumn, SqlText> values = new EnumMap<>(UserColumn.class);

  @CanIgnoreReturnValue
  public UserChange set(UserColumn column, String value) {
    return put(column, new SqlText().value(value));
  }

  /// An empty text is stored as NULL, where the column must be unique.
  @CanIgnoreReturnValue
  public UserChange setOrNull(UserColumn column, String value) {
    return value.isEmpty() ? clear(column) : set(column, value);
  }

  @CanIgnoreReturnValue
  public UserChange set(UserColumn column, @Nullable Instant value) {
    return value == null
        ? clear(column)
        : put(column, new SqlText().value(value.atOffset(ZoneOffset.UTC)));
  }

  @CanIgnoreReturnValue
  public UserChange set(UserColumn column, JsonNode value) {
    return put(column, new SqlText().value(new Jsonb(Json.write(value))));
  }

  @CanIgnoreReturnValue
  public UserChange set(UserColumn column, boolean value) {
    return put(column, new SqlText().value(value));
  }

  @CanIgnoreReturnValue
  public UserChange set(UserColumn column, int value) {
    return put(column, new SqlText().value(value));
  }

  @CanIgnoreReturnValue
  public UserChange clear(UserColumn column) {
    return put(column, new SqlText().add("null"));
  }

  private UserChange put(UserColumn column, SqlText value) {
    values.put(column, value);
    return this;
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  Statement update(UUID id) {
    var sql = new SqlText().add("update auth.users set updated_at = now()");
    values.forEach((column, value) -> sql.add(", ").name(column.column()).add(" = ").append(value));
    return sql.add(" where id = ").value(id).statement();
  }

  public Statement insert(UUID id) {
    var names =
        new SqlText().add("insert into auth.users (instance_id, id, created_at, updated_at");
    var given = new SqlText().value(new UUID(0, 0)).add(", ").value(id).add(", now(), now()");
    values.forEach(
        (column, value) -> {
          names.add(", ").name(column.column());
          given.add(", ").append(value);
        });
    return names.add(") values (").append(given).add(")").statement();
  }
}
