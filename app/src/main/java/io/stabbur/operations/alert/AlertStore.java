package io.stabbur.operations.alert;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// The alerts, deliveries and silences in the control database, on a few connections of its own: a
/// busy pool must not hide that it is busy. Replicas take turns by an advisory lock.
final class AlertStore implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration RECENT = Duration.ofMinutes(15);
  private static final int CONNECTIONS = 3;

  /// About a day of them: they come five minutes apart in the end.
  private static final int MOST_ATTEMPTS = 300;

  private static final String LIMITS = "connectTimeout=5&loginTimeout=5&socketTimeout=30";
  private static final Statement LOCK =
      Statement.of("select pg_advisory_xact_lock(hashtextextended('stabbur.alerts', 0))");
  private static final String COLUMNS =
      "id, fingerprint, name, severity, labels::text, summary, value, state, active_at, starts_at,"
          + " ends_at, owner, owned_until";
  private static final String OPEN =
      "select " + COLUMNS + " from stabbur_control.alerts where state <> 'resolved' order by id";
  private static final String LATELY =
      "select "
          + COLUMNS
          + " from stabbur_control.alerts where state <> 'resolved' or ends_at > ? order by id";
  private static final String HISTORY = SqlFile.of(AlertStore.class, "history");
  private static final String ENQUEUE = SqlFile.of(AlertStore.class, "enqueue");

  private static final Statement ANY =
      Statement.of(
          "select exists (select from stabbur_control.alerts)"
              + " or exists (select from stabbur_control.alert_silences)");
  private static final String TAKE_ALERTS =
      "insert into stabbur_control.alerts overriding system value"
          + " select * from jsonb_populate_recordset(null::stabbur_control.alerts, ?::jsonb)";
  private static final String TAKE_DELIVERIES =
      """
      insert into stabbur_control.alert_deliveries
      select * from jsonb_populate_recordset(null::stabbur_control.alert_deliveries, ?::jsonb)\
      """;
  private static final String TAKE_SILENCES =
      """
      insert into stabbur_control.alert_silences
      select * from jsonb_populate_recordset(null::stabbur_control.alert_silences, ?::jsonb)\
      """;
  private static final Statement NEXT_ID =
      Statement.of(
          "select setval(pg_get_serial_sequence('stabbur_control.alerts', 'id'),"
              + " (select coalesce(max(id), 0) + 1 from stabbur_control.alerts), false)");

  private final Database database;
  private final Actor actor;

  AlertStore(Login login) {
    var url = login.url() + (login.url().contains("?") ? '&' : '?') + LIMITS;
    this.database =
        Database.open(new Login(url, login.user(), login.password(), CONNECTIONS, PATIENCE));
    this.actor = Actor.of(login.user());
  }

  /// All that is shown and told.
  ///
  /// @param alerts open ones, and those that were resolved lately
  record View(List<Alert> alerts, List<Silence> silences) {
    static final View EMPTY = new View(List.of(), List.of());

    List<Alert> open() {
      return alerts.stream().filter(Alert::isOpen).toList();
    }
  }

  /// Reads the open alerts, writes what `step` makes of them, and notes what is to be told to whom.
  View update(
      Instant now,
      Duration groupWait,
      List<String> receivers,
      Function<List<Alert>, List<Alert>> step) {
    return database.transaction(
        actor,
        Access.WRITE,
        tx -> {
          tx.query(LOCK, _ -> true);
          var open = tx.list(Statement.of(OPEN), AlertStore::alert);
          step.apply(open).forEach(alert -> write(tx, alert));
          for (var receiver : receivers) {
            enqueue(tx, receiver, now, groupWait);
          }
          return view(tx, now);
        });
  }

  private static View view(Transaction tx, Instant now) {
    return new View(
        tx.list(Statement.of(LATELY, time(now.minus(RECENT))), AlertStore::alert),
        silences(tx, now));
  }

  private static void enqueue(Transaction tx, String receiver, Instant now, Duration groupWait) {
    tx.update(
        Statement.of(
            ENQUEUE,
            receiver,
            time(now),
            time(now.plus(groupWait)),
            time(now),
            receiver,
            time(now.minus(Duration.ofDays(1)))));
  }

  private static long write(Transaction tx, Alert alert) {
    if (alert.id() == 0) {
      return insert(tx, alert);
    }
    if (!alert.isOpen() && alert.startsAt() == null) {
      tx.update(Statement.of("delete from stabbur_control.alerts where id = ?", alert.id()));
      return alert.id();
    }
    tx.update(
        Statement.of(
            """
            update stabbur_control.alerts set summary = ?, value = ?, state = ?,
              starts_at = ?::timestamptz, ends_at = ?::timestamptz, owner = ?, owned_until = ?
            where id = ?\
            """,
            alert.summary(),
            BigDecimal.valueOf(alert.value()),
            alert.state().text(),
            text(alert.startsAt()),
            text(alert.endsAt()),
            alert.owner(),
            time(alert.ownedUntil()),
            alert.id()));
    return alert.id();
  }

  private static long insert(Transaction tx, Alert alert) {
    var insert =
        Statement.of(
            """
            insert into stabbur_control.alerts (fingerprint, name, severity, labels, summary, value, state,
              active_at, starts_at, ends_at, owner, owned_until)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?::timestamptz, ?::timestamptz, ?, ?) returning id\
            """,
            alert.fingerprint(),
            alert.name(),
            alert.severity().name(),
            json(alert.labels()),
            alert.summary(),
            BigDecimal.valueOf(alert.value()),
            alert.state().text(),
            time(alert.activeAt()),
            text(alert.startsAt()),
            text(alert.endsAt()),
            alert.owner(),
            time(alert.ownedUntil()));
    return tx.first(insert, row -> row.getLong(1)).orElseThrow();
  }

  /// Takes over what fired while the database was away, with what was told already.
  ///
  /// @param told receivers, and when, by fingerprint
  void adopt(List<Alert> alerts, Map<String, List<String>> told, Instant now) {
    var _ =
        database.transaction(
            actor,
            Access.WRITE,
            tx -> {
              tx.query(LOCK, _ -> true);
              var known = new LinkedHashMap<String, Alert>();
              tx.list(Statement.of(OPEN), AlertStore::alert)
                  .forEach(alert -> known.put(alert.fingerprint(), alert));
              for (var alert : alerts) {
                var before = known.get(alert.fingerprint());
                adopt(tx, alert, before, told.getOrDefault(alert.fingerprint(), List.of()), now);
              }
              return true;
            });
  }

  private static void adopt(
      Transaction tx, Alert alert, @Nullable Alert before, List<String> told, Instant now) {
    if (before == null && (!alert.fires() || isOver(tx, alert))) {
      return;
    }
    long id = write(tx, before == null ? alert : alert.withId(before.id()));
    for (var receiver : told) {
      tx.update(
          Statement.of(
              """
              insert into stabbur_control.alert_deliveries
                (alert_id, receiver, status, created_at, due_at, attempts, delivered_at)
              values (?, ?, 'firing', ?, ?, 1, ?) on conflict do nothing\
              """,
              id,
              receiver,
              time(now),
              time(now),
              time(now)));
    }
  }

  /// Whether another process has taken it over before and it has ended since.
  private static boolean isOver(Transaction tx, Alert alert) {
    return tx.first(
            Statement.of(
                "select exists (select from stabbur_control.alerts where fingerprint = ? and state"
                    + " = 'resolved' and ends_at >= ?)",
                alert.fingerprint(),
                time(alert.activeAt())),
            row -> row.getBoolean(1))
        .orElse(false);
  }

  /// Sends what is due to a receiver, in one message, unless another process does.
  ///
  /// @param send tells the alerts; empty where it succeeded, else why not
  void deliver(String receiver, Instant now, Function<List<Alert>, Optional<String>> send) {
    var _ =
        database.transaction(
            actor,
            Access.WRITE,
            tx -> {
              if (isTaken(tx, receiver) || !isDue(tx, receiver, now)) {
                return false;
              }
              var told = waiting(tx, receiver);
              var failure = send.apply(alerts(tx, told));
              note(tx, receiver, told, failure, now);
              return true;
            });
  }

  /// The rows that one message tells, such as `17/firing`; another process may add more meanwhile.
  private static String[] waiting(Transaction tx, String receiver) {
    return tx.list(
            Statement.of(
                """
                select alert_id || '/' || status from stabbur_control.alert_deliveries
                where receiver = ? and delivered_at is null and attempts < ?
                order by alert_id for update\
                """,
                receiver,
                MOST_ATTEMPTS),
            row -> String.valueOf(row.getString(1)))
        .toArray(String[]::new);
  }

  private static List<Alert> alerts(Transaction tx, String[] told) {
    return tx.list(
        Statement.of(
            "select "
                + COLUMNS
                + " from stabbur_control.alerts where id = any (select split_part(t, '/',"
                + " 1)::bigint from unnest(?::text[]) t) order by id",
            (Object) told),
        AlertStore::alert);
  }

  private static void note(
      Transaction tx, String receiver, String[] told, Optional<String> failure, Instant now) {
    tx.update(
        Statement.of(
            """
            update stabbur_control.alert_deliveries set attempts = attempts + 1, failure = ?,
              delivered_at = case when ?::text is null then ?::timestamptz end,
              due_at = ?::timestamptz + least(300, 5 * power(2, least(attempts, 10))) * interval '1 second'
            where receiver = ? and alert_id || '/' || status = any (?::text[])\
            """,
            failure.orElse(null),
            failure.orElse(null),
            text(now),
            text(now),
            receiver,
            told));
  }

  private static boolean isTaken(Transaction tx, String receiver) {
    var lock =
        Statement.of(
            "select pg_try_advisory_xact_lock(hashtextextended('stabbur.alerts.to.' || ?, 0))",
            receiver);
    return !tx.first(lock, row -> row.getBoolean(1)).orElse(false);
  }

  private static boolean isDue(Transaction tx, String receiver, Instant now) {
    var due =
        Statement.of(
            "select exists (select from stabbur_control.alert_deliveries where receiver = ? and"
                + " delivered_at is null and attempts < ? and due_at <= ?)",
            receiver,
            MOST_ATTEMPTS,
            time(now));
    return tx.first(due, row -> row.getBoolean(1)).orElse(false);
  }

  /// The newest that fired.
  ///
  /// @param project whose; of all where it is absent
  List<PastAlert> history(@Nullable String project) {
    return database.transaction(
        actor,
        Access.READ,
        tx -> tx.list(Statement.of(HISTORY, project, project), AlertStore::pastAlert));
  }

  private static PastAlert pastAlert(ResultSet row) throws SQLException {
    return new PastAlert(
        alert(row),
        rows(row.getString(14)).map(AlertStore::delivery).toList(),
        rows(row.getString(15)).map(AlertStore::silence).toList());
  }

  private static Stream<JsonNode> rows(String json) {
    return StreamSupport.stream(Json.parse(json).values().spliterator(), false);
  }

  private static PastAlert.Delivery delivery(JsonNode row) {
    return new PastAlert.Delivery(
        String.valueOf(field(row, "receiver")),
        String.valueOf(field(row, "status")),
        Integer.parseInt(String.valueOf(field(row, "attempts"))),
        moment(row, "delivered_at"),
        field(row, "failure"));
  }

  private static Silence silence(JsonNode row) {
    return new Silence(
        UUID.fromString(String.valueOf(field(row, "id"))),
        map(Objects.requireNonNull(row.get("matchers"))),
        String.valueOf(field(row, "reason")),
        Objects.requireNonNull(moment(row, "created_at")),
        Objects.requireNonNull(moment(row, "ends_at")));
  }

  private static @Nullable String field(JsonNode row, String name) {
    var node = row.get(name);
    return node == null || node.isNull() ? null : node.coerceStringValue();
  }

  private static @Nullable Instant moment(JsonNode row, String name) {
    var text = field(row, name);
    return text == null ? null : OffsetDateTime.parse(text).toInstant();
  }

  /// Adds the rows of an earlier version to a store that has none.
  void takeOver(OldAlerts.Rows rows) {
    var _ =
        database.transaction(
            actor,
            Access.WRITE,
            tx -> {
              tx.query(LOCK, _ -> true);
              if (tx.first(ANY, row -> row.getBoolean(1)).orElse(true)) {
                return 0;
              }
              tx.update(Statement.of(TAKE_ALERTS, rows.alerts()));
              tx.update(Statement.of(TAKE_DELIVERIES, rows.deliveries()));
              tx.query(NEXT_ID, _ -> true);
              return tx.update(Statement.of(TAKE_SILENCES, rows.silences()));
            });
  }

  void expire(Instant before) {
    var _ =
        database.transaction(
            actor,
            Access.WRITE,
            tx -> {
              tx.update(
                  Statement.of(
                      "delete from stabbur_control.alert_silences where ends_at < ?",
                      time(before)));
              return tx.update(
                  Statement.of(
                      "delete from stabbur_control.alerts where state = 'resolved' and ends_at < ?",
                      time(before)));
            });
  }

  private static List<Silence> silences(Transaction tx, Instant now) {
    return tx.list(
        Statement.of(
            "select id, matchers::text, reason, created_at, ends_at from"
                + " stabbur_control.alert_silences where ends_at > ? order by ends_at",
            time(now)),
        row ->
            new Silence(
                row.getObject(1, UUID.class),
                map(row.getString(2)),
                row.getString(3),
                instant(row, 4),
                instant(row, 5)));
  }

  List<Silence> silences(Instant now) {
    return database.transaction(actor, Access.READ, tx -> silences(tx, now));
  }

  UUID silence(Map<String, String> matchers, String reason, Instant now, Instant until) {
    return database.transaction(
        actor,
        Access.WRITE,
        tx ->
            tx.first(
                    Statement.of(
                        "insert into stabbur_control.alert_silences (matchers, reason, created_at,"
                            + " ends_at) values (?, ?, ?, ?) returning id",
                        json(matchers),
                        reason,
                        time(now),
                        time(until)),
                    row -> row.getObject(1, UUID.class))
                .orElseThrow());
  }

  /// Ends a silence; it stays in the history of what it covered.
  boolean unsilence(UUID id, Instant now) {
    ToLongFunction<Transaction> end =
        tx ->
            tx.update(
                Statement.of(
                    "update stabbur_control.alert_silences set ends_at = ?"
                        + " where id = ? and ends_at > ?",
                    time(now),
                    id,
                    time(now)));
    return database.transaction(actor, Access.WRITE, end::applyAsLong) > 0;
  }

  /// Whether its database answers.
  boolean answers() {
    return database.reachable();
  }

  private static Alert alert(ResultSet row) throws SQLException {
    return new Alert(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        AlertRule.Severity.valueOf(row.getString(4)),
        map(row.getString(5)),
        row.getString(6),
        row.getDouble(7),
        Alert.State.of(row.getString(8)),
        instant(row, 9),
        optional(row, 10),
        optional(row, 11),
        row.getString(12),
        instant(row, 13));
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable Instant optional(ResultSet row, int column) throws SQLException {
    var moment = row.getObject(column, OffsetDateTime.class);
    return moment == null ? null : moment.toInstant();
  }

  private static OffsetDateTime time(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }

  private static @Nullable String text(@Nullable Instant moment) {
    return moment == null ? null : moment.toString();
  }

  private static Jsonb json(Map<String, String> map) {
    var fields = new LinkedHashMap<String, JsonNode>();
    map.forEach((name, value) -> fields.put(name, JsonNode.createStringNode(value)));
    return new Jsonb(Json.write(JsonNode.createObjectNode(fields)));
  }

  private static Map<String, String> map(String json) {
    return map(Json.parse(json));
  }

  private static Map<String, String> map(JsonNode object) {
    var map = new LinkedHashMap<String, String>();
    object.entries().forEach(e -> map.put(e.getKey(), e.getValue().coerceStringValue()));
    return map;
  }

  @Override
  public void close() {
    database.close();
  }
}
