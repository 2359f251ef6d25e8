package io.stabbur.functions.log;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.functions.log.LogLine.RequestLine;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The rows of the log, which the appliance alone reads and writes.
public final class LogRows {
  private static final Actor OWNER = Actor.of("postgres");
  private static final int MOST_READ = 1_000;
  private static final String INSERT =
      """
      insert into stabbur.function_logs
        (at, function, version, level, execution_id, message, method, status, millis, error)
      select at, function, version, level, execution_id, message, method, status, millis, error
      from jsonb_to_recordset(?) as lines (at timestamptz, function text, version text, level text,
        execution_id text, message text, method text, status integer, millis bigint, error text)\
      """;
  private static final String READ =
      """
      select id, at, function, version, level, execution_id, message, method, status, millis, error
      from (select * from stabbur.function_logs where function = ? and id > ? order by id desc limit ?) as newest
      order by id\
      """;

  private static final String READ_ALL = READ.replace("function = ? and ", "");

  private final Project project;

  public LogRows(Project project) {
    this.project = project;
  }

  /// A line and its number; later lines have higher ones.
  public record Stored(long id, LogLine line) {}

  void add(List<LogLine> lines) {
    var array = JsonNode.createArrayNode(lines.stream().map(LogRows::json).toList());
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx -> tx.update(Statement.of(INSERT, new Jsonb(Json.write(array)))));
  }

  /// The newest lines after the one with number `after`, the oldest of them first.
  ///
  /// @param function absent means all functions
  public List<Stored> read(@Nullable String function, long after, int most) {
    int limit = Math.clamp(most, 1, MOST_READ);
    return project
        .admin()
        .transaction(
            OWNER,
            Access.READ,
            tx ->
                tx.list(
                    function == null
                        ? Statement.of(READ_ALL, after, limit)
                        : Statement.of(READ, function, after, limit),
                    LogRows::row));
  }

  /// Removes what is too old or too much.
  void tidy(Duration age, int most) {
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx -> {
              tx.update(
                  Statement.of(
                      "delete from stabbur.function_logs where at < now() - make_interval(secs =>"
                          + " ?)",
                      age.toSeconds()));
              return tx.update(
                  Statement.of(
                      """
                      delete from stabbur.function_logs where id <=
                        (select id from stabbur.function_logs order by id desc offset ? limit 1)\
                      """,
                      most));
            });
  }

  private static JsonNode json(LogLine line) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("at", JsonNode.createStringNode(line.at().toString()));
    fields.put("function", JsonNode.createStringNode(line.function()));
    fields.put("version", JsonNode.createStringNode(line.version()));
    fields.put("level", JsonNode.createStringNode(line.level()));
    put(fields, "execution_id", line.execution());
    // Postgres holds no NUL
    fields.put("message", JsonNode.createStringNode(line.message().replace('\0', '\ufffd')));
    var request = line.request();
    if (request != null) {
      fields.put("method", JsonNode.createStringNode(request.method()));
      fields.put("status", JsonNode.createNumberNode(request.status()));
      fields.put("millis", JsonNode.createNumberNode(request.millis()));
      put(fields, "error", request.error());
    }
    return JsonNode.createObjectNode(fields);
  }

  private static void put(Map<String, JsonNode> fields, String name, @Nullable String value) {
    if (value != null) {
      fields.put(name, JsonNode.createStringNode(value.replace('\0', '\ufffd')));
    }
  }

  private static Stored row(ResultSet row) throws SQLException {
    var method = row.getString(8);
    return new Stored(
        row.getLong(1),
        new LogLine(
            row.getObject(2, OffsetDateTime.class).toInstant(),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            row.getString(6),
            row.getString(7),
            method == null
                ? null
                : new RequestLine(method, row.getInt(9), row.getLong(10), row.getString(11))));
  }
}
