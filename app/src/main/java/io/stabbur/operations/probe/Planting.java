package io.stabbur.operations.probe;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.probe.Relation.Column;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Gives members rows: one in each table, with values that say whose it is. A table whose
/// constraints refuse each try stays without.
final class Planting {
  private static final int DEEPEST = 4;
  private static final Pattern MARKER = Pattern.compile("probe-[0-9a-f]{8}-[0-9a-f]{4}");

  /// What checks of texts often ask for: a random text, a language, a country, a number, an
  /// address.
  private static final List<String> CHECKED =
      List.of(
          "",
          "en",
          "en-GB",
          "NO",
          "NOK",
          "12345678901",
          "+4712345678",
          "probe@probe.invalid",
          "#112233",
          "https://probe.invalid",
          "probe");

  private final Transaction tx;
  private final List<Relation> tables;
  private final long organizationTable;
  private final long accountTable;
  private final Map<String, List<Row>> planted = new LinkedHashMap<>();
  private final Map<Relation, String> refused = new LinkedHashMap<>();

  /// A row that was planted.
  ///
  /// @param place as `tableoid ctid`: it changes when anybody changes the row
  record Row(Relation table, String place, JsonNode values) {
    String tid() {
      return place.substring(place.indexOf(' ') + 1);
    }
  }

  Planting(Transaction tx, List<Relation> relations, long organizationTable, long accountTable) {
    this.tx = tx;
    this.tables =
        sorted(
            relations.stream()
                .filter(each -> each.isTable() && !each.schema().equals("storage"))
                .toList());
    this.organizationTable = organizationTable;
    this.accountTable = accountTable;
  }

  /// What a table refers to comes before it.
  private static List<Relation> sorted(List<Relation> tables) {
    var sorted = new LinkedHashSet<Relation>();
    tables.forEach(table -> visit(table, tables, sorted, new LinkedHashSet<>()));
    return List.copyOf(sorted);
  }

  private static void visit(
      Relation table, List<Relation> tables, Set<Relation> sorted, Set<Relation> open) {
    if (open.add(table)) {
      for (var column : table.columns()) {
        tables.stream()
            .filter(each -> each.oid() == column.refersTo() && each.oid() != table.oid())
            .forEach(each -> visit(each, tables, sorted, open));
      }
      sorted.add(table);
    }
  }

  void plant(Member member) {
    var rows = planted.computeIfAbsent(member.person(), _ -> new ArrayList<>());
    for (var table : tables) {
      existing(table, member)
          .or(() -> made(table, member))
          .filter(row -> isOf(member, row))
          .ifPresent(
              row -> {
                remember(member, row);
                rows.add(row);
              });
    }
  }

  /// Files in a bucket, under the names that apps give them.
  List<Row> plantFiles(Member member, Relation objects, String bucket) {
    var marker = "probe-" + UUID.randomUUID().toString().substring(0, 13) + ".txt";
    var files = new ArrayList<Row>();
    for (var name :
        List.of(
            member.organization() + "/" + member.person() + "/" + marker,
            member.organization() + "/" + marker,
            member.person() + "/" + marker,
            marker)) {
      var sql =
          Statement.of(
              """
              insert into storage.objects as x (bucket_id, name, owner, owner_id, version, metadata)
              values (?, ?, ?::uuid, ?, ?, '{"size": 1, "mimetype": "text/plain"}')
              returning x.tableoid::bigint || ' ' || x.ctid, pg_catalog.to_jsonb(x)::text\
              """,
              bucket,
              name,
              member.person(),
              member.person(),
              UUID.randomUUID().toString());
      answer(objects, sql).ifPresent(files::add);
    }
    if (!files.isEmpty()) {
      member.secrets().add(marker);
      planted.computeIfAbsent(member.person(), _ -> new ArrayList<>()).addAll(files);
    }
    return files;
  }

  /// Rows that the member has already: the organization itself, the membership.
  private Optional<Row> existing(Relation table, Member member) {
    var sql =
        new SqlText()
            .add("select x.tableoid::bigint || ' ' || x.ctid, pg_catalog.to_jsonb(x)::text from ")
            .append(table.sql())
            .add(" x where ");
    boolean first = true;
    for (var column : table.columns()) {
      var value = identity(column, member);
      if (value != null && column.type().equals("uuid")) {
        if (!first) {
          sql.add(" and ");
        }
        first = false;
        sql.add("x.").name(column.name()).add(" = ").value(UUID.fromString(value));
      }
    }
    if (first) {
      return Optional.empty();
    }
    return answer(table, sql.add(" limit 1").statement());
  }

  /// The value by which a column says that a row is the member's, also through what it refers to.
  private @Nullable String identity(Column column, Member member) {
    return identity(column, member, DEEPEST);
  }

  private @Nullable String identity(Column column, Member member, int depth) {
    if (column.relation() == organizationTable && column.isKey()) {
      return uuid(member.organization());
    }
    if (column.refersTo() != 0) {
      return column.refersTo() == accountTable
          ? uuid(member.person())
          : depth == 0 ? null : referredIdentity(column, member, depth);
    }
    var claimed = member.claim(column.name()).orElse("");
    if (!claimed.isEmpty() && !column.name().equals("role")) {
      return claimed;
    }
    if (Owners.ORGANIZATION.matcher(column.name()).matches()) {
      return uuid(member.organization());
    }
    return Owners.PERSON.matcher(column.name()).matches() ? uuid(member.person()) : null;
  }

  private @Nullable String referredIdentity(Column column, Member member, int depth) {
    return tables.stream()
        .filter(table -> table.oid() == column.refersTo())
        .flatMap(table -> table.columns().stream())
        .filter(each -> each.name().equals(column.refersColumn().orElse("")))
        .map(each -> Optional.ofNullable(identity(each, member, depth - 1)))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable String uuid(String text) {
    return text.isEmpty() ? null : text;
  }

  private Optional<Row> made(Relation table, Member member) {
    for (var mode : List.of("replica", "origin")) {
      for (boolean filled : new boolean[] {true, false}) {
        for (var word :
            table.columns().stream().anyMatch(Column::isChecked) ? CHECKED : List.of("")) {
          var row = insert(table, member, new Way(mode, filled, word));
          if (row.isPresent()) {
            refused.remove(table);
            return row;
          }
        }
      }
    }
    return Optional.empty();
  }

  /// How a row is tried.
  ///
  /// @param mode of `session_replication_role`
  /// @param filled whether texts that the row could do without are written, too
  /// @param word in place of a random text in columns with a check; empty for the random one
  private record Way(String mode, boolean filled, String word) {}

  private Optional<Row> insert(Relation table, Member member, Way way) {
    var marker = "probe-" + UUID.randomUUID().toString().substring(0, 13);
    var values = new LinkedHashMap<String, JsonNode>();
    for (var column : table.columns()) {
      var value = column.isGenerated() ? null : value(column, member, marker, way);
      if (value != null) {
        values.put(column.name(), value);
      }
    }
    if (values.isEmpty()) {
      return Optional.empty();
    }
    var sql = new SqlText().add("insert into ").append(table.sql()).add(" as x (");
    names(sql, values.keySet());
    sql.add(") select ");
    names(sql, values.keySet());
    sql.add(" from pg_catalog.jsonb_populate_record(null::").append(table.sql()).add(", ");
    sql.value(new Jsonb(Json.write(JsonNode.createObjectNode(values))));
    sql.add(") returning x.tableoid::bigint || ' ' || x.ctid, pg_catalog.to_jsonb(x)::text");
    var outcome =
        tx.step(
            step -> {
              // without triggers and foreign keys, where the login may say so
              step.query(
                  Statement.of(
                      "select set_config('session_replication_role', ?, true)", way.mode()),
                  _ -> true);
              return row(step, table, sql.statement());
            });
    tx.step(
        step ->
            step.query(
                Statement.of("select set_config('session_replication_role', 'origin', true)"),
                _ -> true));
    return switch (outcome) {
      case Outcome.Answered<Optional<Row>>(var row) -> row;
      case Outcome.Failed<Optional<Row>>(var failure) -> {
        refused.put(table, Parties.reason(failure));
        yield Optional.empty();
      }
    };
  }

  /// Whether the row says whose it is; a list of countries belongs to nobody.
  private static boolean isOf(Member member, Row row) {
    var text = Json.write(row.values());
    return member.secrets().stream().anyMatch(text::contains);
  }

  private static void remember(Member member, Row row) {
    MARKER
        .matcher(Json.write(row.values()))
        .results()
        .forEach(marker -> member.secrets().add(marker.group()));
    for (var column : row.table().columns()) {
      if (column.isKey() && column.type().equals("uuid")) {
        Member.text(row.values(), column.name()).ifPresent(member.secrets()::add);
      }
    }
  }

  private Optional<Row> answer(Relation table, Statement statement) {
    return tx.step(step -> row(step, table, statement))
            instanceof Outcome.Answered<Optional<Row>>(var row)
        ? row
        : Optional.empty();
  }

  private static Optional<Row> row(Transaction tx, Relation table, Statement statement) {
    return tx.first(
        statement,
        each ->
            new Row(
                table,
                String.valueOf(each.getString(1)),
                Json.parse(String.valueOf(each.getString(2)))));
  }

  static void names(SqlText sql, Iterable<String> names) {
    boolean first = true;
    for (var name : names) {
      if (!first) {
        sql.add(", ");
      }
      first = false;
      sql.name(name);
    }
  }

  /// A value that says whose the row is, or one that the column needs; null leaves it out.
  private @Nullable JsonNode value(Column column, Member member, String marker, Way way) {
    var identity = identity(column, member);
    if (identity != null && (column.isText() || column.type().equals("uuid"))) {
      return JsonNode.createStringNode(identity);
    }
    var referred = referred(column, member);
    if (referred != null) {
      return referred;
    }
    boolean free =
        column.isText()
            && column.words().isEmpty()
            && column.labels().isEmpty()
            && !column.isDomain();
    boolean wanted = way.filled() && free && column.refersTo() == 0;
    if (column.hasDefault() || !(column.isRequired() || column.isKey() || wanted)) {
      return null;
    }
    return made(column, column.isChecked() && !way.word().isEmpty() ? way.word() : marker);
  }

  private @Nullable JsonNode referred(Column column, Member member) {
    return planted.getOrDefault(member.person(), List.of()).stream()
        .filter(row -> row.table().oid() == column.refersTo())
        .map(row -> row.values().get(column.refersColumn().orElse("")))
        .filter(value -> value != null && !value.isNull())
        .findFirst()
        .orElse(null);
  }

  private static JsonNode made(Column column, String marker) {
    if (!column.labels().isEmpty()) {
      return JsonNode.createStringNode(column.labels().getFirst());
    }
    if (!column.words().isEmpty()) {
      return JsonNode.createStringNode(column.words().getFirst());
    }
    if (column.isText()) {
      return JsonNode.createStringNode(
          column.length() > 0 && column.length() < marker.length()
              ? marker.substring(marker.length() - column.length())
              : marker);
    }
    return switch (column.type()) {
      case "uuid" -> JsonNode.createStringNode(UUID.randomUUID().toString());
      case "bool" -> JsonNode.createBooleanNode(true);
      case "timestamptz", "timestamp", "date" ->
          JsonNode.createStringNode(Instant.now().toString());
      case "time", "timetz" -> JsonNode.createStringNode("12:00");
      case "interval" -> JsonNode.createStringNode("1 day");
      case "inet", "cidr" -> JsonNode.createStringNode("192.0.2.1");
      case "bytea" -> JsonNode.createStringNode("\\x00");
      case "json", "jsonb" -> JsonNode.createObjectNode(Map.of());
      default ->
          column.category().equals("A")
              ? JsonNode.createArrayNode(List.of())
              : JsonNode.createNumberNode(unlikely());
    };
  }

  /// A number that a table hardly has.
  private static int unlikely() {
    return 20_000 + (int) (Math.random() * 12_000);
  }

  Optional<Row> row(Member member, Relation table) {
    return rows(member).stream().filter(row -> row.table().equals(table)).findFirst();
  }

  List<Row> rows(Member member) {
    return List.copyOf(planted.getOrDefault(member.person(), List.of()));
  }

  /// Why a table has no row.
  Optional<String> refusal(Relation table) {
    return Optional.ofNullable(refused.get(table));
  }
}
