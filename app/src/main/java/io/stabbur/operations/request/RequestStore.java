package io.stabbur.operations.request;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The lines of one project's requests in its database.
final class RequestStore {
  private static final String WRITE = SqlFile.of(RequestStore.class, "write");
  private static final String SUMMARY = SqlFile.of(RequestStore.class, "summary");
  private static final String TOTALS = SqlFile.of(RequestStore.class, "totals");
  private static final String EXPIRE_HOURS =
      "delete from stabbur.request_hours where hour < now() - interval '60 days'";
  private static final String LINES = SqlFile.of(RequestStore.class, "lines");

  private final Project project;
  private final Actor actor;

  RequestStore(Project project) {
    this.project = project;
    this.actor = Actor.of(project.admin().login().user()).with("statement_timeout", "30s");
  }

  /// How many requests of a kind there were in a step of time.
  ///
  /// @param what the route with its method, the organization, or the role
  record Count(String what, Instant from, int status, long requests, double mean, double longest) {}

  void write(List<RequestLine> lines) {
    var statement =
        Statement.of(
            WRITE,
            column(lines, line -> line.at().toString()),
            column(lines, RequestLine::requestId),
            column(lines, RequestLine::route),
            column(lines, RequestLine::method),
            column(lines, line -> Integer.toString(line.status())),
            column(lines, line -> Long.toString(line.microseconds())),
            column(lines, RequestLine::role),
            column(lines, RequestLine::organization),
            column(lines, line -> Long.toString(line.requests())));
    var _ = project.admin().transaction(actor, Access.WRITE, tx -> tx.update(statement));
  }

  private static String[] column(List<RequestLine> lines, Function<RequestLine, String> of) {
    return lines.stream().map(of).toArray(String[]::new);
  }

  void expire(Instant before, long rows) {
    var _ =
        project
            .admin()
            .transaction(
                actor,
                Access.WRITE,
                tx -> {
                  tx.update(
                      Statement.of("delete from stabbur.requests where at < ?", time(before)));
                  tx.update(Statement.of(EXPIRE_HOURS));
                  return tx.update(
                      Statement.of(
                          "delete from stabbur.requests where id <= (select id from"
                              + " stabbur.requests order by id desc offset ? limit 1)",
                          rows));
                });
  }

  /// @param by `route`, `organization` or `role`
  /// @param step into how long pieces the time is divided
  List<Count> summary(String by, Instant since, Duration step, int fromStatus, int most) {
    return project
        .admin()
        .transaction(
            actor,
            Access.READ,
            tx ->
                tx.list(
                    Statement.of(
                        SUMMARY, by, step.toSeconds(), time(since), time(since), fromStatus, most),
                    RequestStore::count));
  }

  /// All requests by piece of time, the oldest first; pieces without any are left out.
  List<RequestReport.Total> totals(Instant since, Duration step) {
    return project
        .admin()
        .transaction(
            actor,
            Access.READ,
            tx ->
                tx.list(
                    Statement.of(TOTALS, step.toSeconds(), time(since), time(since)),
                    row ->
                        new RequestReport.Total(
                            row.getObject(1, OffsetDateTime.class).toInstant(),
                            row.getLong(2),
                            row.getLong(3),
                            row.getDouble(4))));
  }

  private static Count count(ResultSet row) throws SQLException {
    return new Count(
        String.valueOf(row.getString(1)),
        row.getObject(2, OffsetDateTime.class).toInstant(),
        row.getInt(3),
        row.getLong(4),
        row.getDouble(5),
        row.getDouble(6));
  }

  /// Those that were kept one by one, the newest first.
  List<RequestLine> lines(Instant since, int fromStatus, int most) {
    return project
        .admin()
        .transaction(
            actor,
            Access.READ,
            tx -> tx.list(Statement.of(LINES, time(since), fromStatus, most), RequestStore::line));
  }

  private static RequestLine line(ResultSet row) throws SQLException {
    return new RequestLine(
        row.getObject(1, OffsetDateTime.class).toInstant(),
        String.valueOf(row.getString(2)),
        String.valueOf(row.getString(3)),
        String.valueOf(row.getString(4)),
        row.getInt(5),
        Math.round(row.getDouble(6) * 1000),
        String.valueOf(row.getString(7)),
        Optional.ofNullable(row.getString(8)).orElse(""),
        1);
  }

  private static OffsetDateTime time(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
