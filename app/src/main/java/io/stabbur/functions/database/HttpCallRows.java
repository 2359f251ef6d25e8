package io.stabbur.functions.database;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.client.PinnedCalls.Answer;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The queue of calls and their answers. A call is one appliance's for as long as its lease: what
/// that one writes of it later counts for nothing.
final class HttpCallRows {
  private static final Actor OWNER = Actor.of("postgres");
  private static final Statement IS_OURS =
      Statement.of("select to_regprocedure('stabbur.claim_http_requests(integer)') is not null");
  private static final String CLAIM =
      """
      select id, left(method, 10), left(url, 8193),
        case when length(headers::text) <= 65536 then headers::text end,
        coalesce(octet_length(body), 0), timeout_milliseconds, attempts, tries
      from stabbur.claim_http_requests(?) order by id\
      """;

  /// No more than was asked for when memory for it was reserved.
  private static final String BODY =
      """
      select substring(body from 1 for ?::integer) from net.http_request_queue
      where id = ? and tries = ?\
      """;

  private static final String FINISH =
      """
      with ended as (delete from net.http_request_queue where id = ? and tries = ? returning id)
      insert into net._http_response
        (id, status_code, content_type, headers, content, timed_out, error_msg)
      select id, ?::integer, ?, ?::jsonb, ?, ?, ? from ended\
      """;

  /// What `claim_http_requests` adds to a call's patience, and the longest patience it has.
  private static final Duration LEASE = Duration.ofSeconds(15);

  private static final Duration LONGEST_CALL = Duration.ofMinutes(2);

  private final Project project;

  HttpCallRows(Project project) {
    this.project = project;
  }

  /// A claimed call, without its body.
  ///
  /// @param headers a JSON text, which is what the database's users made of it; null where it is
  ///   too long
  /// @param leaseEnd when it may be another's, by `System.nanoTime`
  /// @param attempts how often it may be tried
  /// @param tries how often it was claimed, this time included
  record Claimed(
      long id,
      String method,
      String url,
      @Nullable String headers,
      int bodySize,
      Duration timeout,
      long leaseEnd,
      int attempts,
      int tries) {
    /// How long it is surely nobody else's.
    Duration lease() {
      return Duration.ofNanos(leaseEnd - System.nanoTime());
    }
  }

  /// Whether the database has our tables, and not the extension's own.
  boolean isOurs() {
    return project
        .admin()
        .transaction(
            OWNER, Access.READ, tx -> tx.first(IS_OURS, row -> row.getBoolean(1)).orElse(false));
  }

  List<Claimed> claim(int most) {
    long now = System.nanoTime();
    return project
        .admin()
        .transaction(
            OWNER,
            Access.WRITE,
            tx -> tx.list(Statement.of(CLAIM, most), row -> claimed(row, now)));
  }

  /// The body of a call that is still this appliance's.
  Optional<byte[]> body(Claimed call) {
    if (call.bodySize() == 0) {
      return Optional.of(new byte[0]);
    }
    return project
        .admin()
        .transaction(
            OWNER,
            Access.READ,
            tx ->
                tx.first(
                    Statement.of(BODY, call.bodySize(), call.id(), call.tries()),
                    row -> Objects.requireNonNullElse(row.getBytes(1), new byte[0])));
  }

  /// The headers that a call is sent with.
  ///
  /// @throws IllegalArgumentException where they are none
  static Map<String, String> headers(Claimed call) {
    var json = call.headers();
    if (json == null) {
      throw new IllegalArgumentException("the headers are too long");
    }
    var headers = new LinkedHashMap<String, String>();
    try {
      var given = Json.parse(json);
      if (given.isObject()) {
        given.entries().forEach(each -> headers.put(each.getKey(), text(each.getValue())));
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("the headers are no object of texts", e);
    }
    return headers;
  }

  void answered(Claimed call, Answer answer) {
    var headers = new LinkedHashMap<String, JsonNode>();
    answer
        .headers()
        .forEach(
            (name, value) ->
                headers.put(storable(name), JsonNode.createStringNode(storable(value))));
    var type = answer.headers().get("content-type");
    finish(
        call,
        answer.status(),
        type == null ? null : storable(type),
        new Jsonb(Json.write(JsonNode.createObjectNode(headers))),
        storable(new String(answer.body(), StandardCharsets.UTF_8)),
        false,
        null);
  }

  void failed(Claimed call, boolean timedOut, String reason) {
    finish(call, null, null, null, null, timedOut, storable(reason));
  }

  private void finish(Claimed call, @Nullable Object... values) {
    var all = new Object[values.length + 2];
    all[0] = call.id();
    all[1] = call.tries();
    System.arraycopy(values, 0, all, 2, values.length);
    write(Statement.of(FINISH, all));
  }

  /// Gives a call back, to be tried again after a pause.
  void retry(Claimed call, Duration pause) {
    write(
        Statement.of(
            """
            update net.http_request_queue set leased_until = null,
              due = clock_timestamp() + make_interval(secs => ? / 1000.0)
            where id = ? and tries = ?\
            """,
            pause.toMillis(),
            call.id(),
            call.tries()));
  }

  /// Gives back a call that was not made, as if it had not been taken.
  void postpone(Claimed call) {
    write(
        Statement.of(
            """
            update net.http_request_queue set leased_until = null, tries = tries - 1,
              due = clock_timestamp() + interval '1 second'
            where id = ? and tries = ?\
            """,
            call.id(),
            call.tries()));
  }

  /// Removes answers that nobody fetched, and what webhooks there were.
  void tidy(Duration answers, Duration hooks) {
    write(
        Statement.of(
            "delete from net._http_response where created < now() - make_interval(secs => ?)",
            answers.toSeconds()));
    write(
        Statement.of(
            "delete from supabase_functions.hooks where created_at < now() - make_interval(secs =>"
                + " ?)",
            hooks.toSeconds()));
  }

  private void write(Statement statement) {
    project.admin().transaction(OWNER, Access.WRITE, tx -> tx.update(statement));
  }

  /// Postgres holds no NUL.
  private static String storable(String text) {
    return text.replace("\0", "");
  }

  /// How long an answer is waited for.
  static Duration patience(Duration timeout) {
    return timeout.compareTo(LONGEST_CALL) > 0 ? LONGEST_CALL : timeout;
  }

  private static Claimed claimed(ResultSet row, long now) throws SQLException {
    var timeout = Duration.ofMillis(row.getInt(6));
    return new Claimed(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getInt(5),
        timeout,
        now + patience(timeout).plus(LEASE).toNanos(),
        row.getInt(7),
        row.getInt(8));
  }

  private static String text(JsonNode value) {
    return value.isString() ? value.getStringValue() : Json.write(value);
  }
}
