package io.stabbur.functions.log;

import io.stabbur.functions.log.LogLine.RequestLine;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The rows of the log, which the appliance alone reads and writes.
public final class LogRows {
  private static final Actor OWNER = Actor.of("postgres");
  private static final int MOST_READ = 1_000;

  /// Arrays, one for each column: the cheapest to read for Postgres, which gets a line for each
  /// request.
  private static final String INSERT =
      """
      insert into stabbur.function_logs
        (at, function, version, level, execution_id, message, method, status, millis, error, requests)
      select * from unnest(?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
        ?::text[], ?::integer[], ?::bigint[], ?::text[], ?::bigint[])\
      """;

  private static final String READ =
      """
      select id, at, function, version, level, execution_id, message, method, status, millis, error, requests
      from (select * from stabbur.function_logs where function = ? and id > ? order by id desc limit ?) as newest
      order by id\
      """;

  private static final String READ_ALL = READ.replace("function = ? and ", "");

  private static final String SEARCH = SqlFile.of(LogRows.class, "search");

  private final Project project;

  public LogRows(Project project) {
    this.project = project;
  }

  /// A line and its number; later lines have higher ones.
  public record Stored(long id, LogLine line) {}

  void add(List<LogLine> lines) {
    project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx ->
                tx.update(
                    Statement.of(
                        INSERT,
                        column(lines, line -> line.at().toString()),
                        column(lines, LogLine::function),
                        column(lines, LogLine::version),
                        column(lines, LogLine::level),
                        column(lines, LogLine::execution),
                        column(lines, LogLine::message),
                        ofRequests(lines, RequestLine::method),
                        ofRequests(lines, request -> Integer.toString(request.status())),
                        ofRequests(lines, request -> Long.toString(request.millis())),
                        ofRequests(lines, RequestLine::error),
                        column(lines, line -> Long.toString(line.count())))));
  }

  /// Postgres holds no NUL.
  private static @Nullable String[] column(
      List<LogLine> lines, Function<LogLine, @Nullable String> value) {
    var column = new @Nullable String[lines.size()];
    for (int i = 0; i < column.length; i++) {
      var text = value.apply(lines.get(i));
      column[i] = text == null || text.indexOf('\0') < 0 ? text : text.replace('\0', '\ufffd');
    }
    return column;
  }

  private static @Nullable String[] ofRequests(
      List<LogLine> lines, Function<RequestLine, @Nullable String> value) {
    return column(
        lines,
        line -> {
          var request = line.request();
          return request == null ? null : value.apply(request);
        });
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

  /// The newest lines that a search finds, the newest first.
  public List<Stored> search(LogSearch search) {
    return project
        .admin()
        .transaction(
            OWNER,
            Access.READ,
            tx ->
                tx.list(
                    Statement.of(
                        SEARCH,
                        search.from(),
                        search.to(),
                        search.kinds().stream()
                            .map(kind -> Boolean.toString(kind == LogSearch.Kind.LINE))
                            .toArray(String[]::new),
                        search.function(),
                        search.function(),
                        String.join(",", search.levels()),
                        String.join(",", search.levels()),
                        search.text(),
                        Math.clamp(search.most(), 1, MOST_READ)),
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
                : new RequestLine(
                    method, row.getInt(9), row.getLong(10), row.getString(11), row.getLong(12))));
  }
}
