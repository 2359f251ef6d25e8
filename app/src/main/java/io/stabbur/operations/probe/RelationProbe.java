package io.stabbur.operations.probe;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.advisor.Policy.Command;
import io.stabbur.operations.probe.Matrix.Reach;
import io.stabbur.operations.probe.Relation.Column;
import io.stabbur.platform.db.Outcome;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Jsonb;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// Tries one caller on one table, view or bucket: to read rows of the other member, to change and
/// remove them, to add some to theirs, and to move own rows there.
final class RelationProbe {
  /// A statement without a condition touches all rows a caller may touch: not in larger tables.
  static final int SMALL = 10_000;

  private static final int MOST_COLUMNS = 2;

  private final Relation relation;
  private final Optional<String> bucket;
  private final Optional<Planting.Row> theirs;
  private final Optional<Planting.Row> own;
  private final Member caller;
  private final Member other;
  private final Traces traces;
  private final Reasons reasons;
  private final Set<Deed> deeds = EnumSet.noneOf(Deed.class);
  private final Set<String> why = new LinkedHashSet<>();
  private final Set<String> problems = new LinkedHashSet<>();

  RelationProbe(
      Relation relation,
      Optional<String> bucket,
      Optional<Planting.Row> theirs,
      Optional<Planting.Row> own,
      Member caller,
      Member other,
      Traces traces,
      Reasons reasons) {
    this.relation = relation;
    this.bucket = bucket;
    this.theirs = theirs;
    this.own = own;
    this.caller = caller;
    this.other = other;
    this.traces = traces;
    this.reasons = reasons;
  }

  Reach run() {
    boolean reads = relation.readers().contains(caller.role());
    boolean writes = relation.writers().contains(caller.role());
    if (!reads && !writes) {
      return new Reach(List.of(), "no right on it");
    }
    if (reads) {
      see();
    }
    if (writes && !relation.kind().equals("m")) {
      change();
      remove();
      if (relation.isTable()) {
        theirs.ifPresent(this::add);
        own.ifPresent(this::move);
      }
    }
    return new Reach(List.copyOf(deeds), deeds.isEmpty() ? keptOut() : String.join("; ", why));
  }

  Set<String> problems() {
    return problems;
  }

  private void see() {
    switch (traces.seen(caller, relation, bucket)) {
      case Outcome.Answered<Integer>(var rows) when rows > 0 -> leak(Deed.SEES, Command.SELECT);
      case Outcome.Answered<Integer> _ -> {}
      case Outcome.Failed<Integer>(var failure) -> {
        if (relation.kind().equals("f") || !Parties.isRefusal(failure)) {
          problems.add("%s could not be read: %s".formatted(relation, Parties.reason(failure)));
        }
      }
    }
    // no row of ours stands in a foreign table, and no policy keeps anybody from those that do
    if (relation.kind().equals("f")) {
      leak(Deed.SEES, Command.SELECT);
    }
  }

  private void change() {
    var columns =
        relation.columns().stream()
            .filter(column -> column.changedBy().contains(caller.role()) && !column.isGenerated())
            .sorted((a, b) -> Boolean.compare(a.isUnique(), b.isUnique()))
            .limit(MOST_COLUMNS)
            .toList();
    for (var column : columns) {
      for (boolean targeted : conditions()) {
        if (!deeds.contains(Deed.CHANGES)
            && traces.disturbed(caller, update(column, targeted), targeted).leaks()) {
          leak(Deed.CHANGES, Command.UPDATE);
        }
      }
    }
  }

  private void remove() {
    for (boolean targeted : conditions()) {
      if (!deeds.contains(Deed.REMOVES)
          && traces.disturbed(caller, delete(targeted), targeted).leaks()) {
        leak(Deed.REMOVES, Command.DELETE);
      }
    }
  }

  /// First the other's rows alone, which needs the right to read them; then whatever the caller may
  /// touch.
  private boolean[] conditions() {
    return relation.rows() < SMALL && bucket.isEmpty()
        ? new boolean[] {true, false}
        : new boolean[] {true};
  }

  /// `update public.notes x set title = (…'the value that the row has') where …`
  private Statement update(Column column, boolean targeted) {
    var sql = new SqlText().add("update ").append(relation.sql()).add(" as x set ");
    sql.name(column.name()).add(" = ");
    if (theirs.isPresent()) {
      sql.add("(pg_catalog.jsonb_populate_record(null::").append(relation.sql()).add(", ");
      sql.value(new Jsonb(Json.write(theirs.get().values()))).add(")).").name(column.name());
    } else if (targeted) {
      sql.add("x.").name(column.name());
    } else {
      sql.add("null");
    }
    return where(sql, targeted);
  }

  private Statement delete(boolean targeted) {
    return where(new SqlText().add("delete from ").append(relation.sql()).add(" as x"), targeted);
  }

  private Statement where(SqlText sql, boolean targeted) {
    if (targeted) {
      sql.add(" where ").append(Traces.holdsSecret(relation, caller.role(), other));
      bucket.ifPresent(id -> sql.add(" and x.bucket_id = ").value(id));
    }
    return sql.statement();
  }

  /// A row like the other's, with another key.
  private void add(Planting.Row row) {
    var values = new LinkedHashMap<String, JsonNode>();
    for (var column : relation.columns()) {
      var value = row.values().get(column.name());
      if (value != null
          && !value.isNull()
          && !column.isGenerated()
          && column.addedBy().contains(caller.role())
          && !(column.isKey() && column.hasDefault())) {
        values.put(column.name(), copied(column, value));
      }
    }
    var text = Json.write(JsonNode.createObjectNode(values));
    boolean isTheirs =
        text.contains(other.person())
            || (!other.organization().isEmpty() && text.contains(other.organization()));
    if (!isTheirs) {
      return;
    }
    var sql = new SqlText().add("insert into ").append(relation.sql()).add(" (");
    Planting.names(sql, values.keySet());
    sql.add(") select ");
    Planting.names(sql, values.keySet());
    sql.add(" from pg_catalog.jsonb_populate_record(null::").append(relation.sql()).add(", ");
    sql.value(new Jsonb(text)).add(")");
    if (traces.added(caller, relation, sql.statement()).leaks()) {
      leak(Deed.ADDS, Command.INSERT);
    }
  }

  private JsonNode copied(Column column, JsonNode value) {
    boolean says =
        value.isString()
            && (value.getStringValue().equals(other.person())
                || value.getStringValue().equals(other.organization()));
    if (says || !column.isUnique() || column.refersTo() != 0) {
      return value;
    }
    return value.isString()
        ? JsonNode.createStringNode(
            column.type().equals("uuid")
                ? UUID.randomUUID().toString()
                : bucket
                    .map(_ -> value.getStringValue() + ".copy")
                    .orElseGet(() -> "probe-" + UUID.randomUUID()))
        : value;
  }

  /// The caller's own row, made the other's.
  private void move(Planting.Row row) {
    for (var column : relation.columns()) {
      var before = row.values().get(column.name());
      var after = theirs.map(each -> each.values().get(column.name())).orElse(null);
      if (before != null
          && after != null
          && after.isString()
          && !Objects.equals(before, after)
          && column.changedBy().contains(caller.role())
          && Set.of(other.person(), other.organization()).contains(after.getStringValue())) {
        // a new row must be readable where the statement reads: without a condition it need not be
        for (boolean targeted : conditions()) {
          if (!deeds.contains(Deed.MOVES)
              && traces.added(caller, relation, moved(column, after, targeted)).leaks()) {
            leak(Deed.MOVES, Command.UPDATE);
          }
        }
      }
    }
  }

  private Statement moved(Column column, JsonNode value, boolean targeted) {
    var sql = new SqlText().add("update ").append(relation.sql()).add(" as x set ");
    sql.name(column.name()).add(" = (pg_catalog.jsonb_populate_record(null::");
    sql.append(relation.sql()).add(", ");
    sql.value(new Jsonb(Json.write(JsonNode.createObjectNode(Map.of(column.name(), value)))));
    sql.add(")).").name(column.name());
    if (targeted) {
      sql.add(" where ").append(Traces.holdsSecret(relation, caller.role(), caller));
    }
    return sql.statement();
  }

  private void leak(Deed deed, Command command) {
    deeds.add(deed);
    why.add(reason(deed, command));
  }

  private String reason(Deed deed, Command command) {
    return switch (relation.kind()) {
      case "v" ->
          relation.asInvoker()
              ? "the view's tables let the caller"
              : "the view reads with the rights of " + relation.owner();
      case "m" -> "policies do not bind a materialized view";
      case "f" -> "policies do not bind a foreign table";
      default -> {
        if (!relation.hasRls()) {
          yield "row-level security is off";
        }
        var holding =
            theirs
                .map(
                    row ->
                        deed == Deed.MOVES
                            ? reasons.holdingAfterwards(
                                caller, relation.schema(), relation.name(), row.values())
                            : reasons.holding(
                                caller, relation.schema(), relation.name(), command, row.values()))
                .orElse(List.of());
        yield holding.isEmpty()
            ? "a policy for " + command.name().toLowerCase(java.util.Locale.ROOT)
            : Reasons.words(holding);
      }
    };
  }

  private String keptOut() {
    if (!relation.isTable()) {
      return "shows nothing of the other";
    }
    return relation.hasRls() ? "no policy holds" : "nothing of the other is in it";
  }

  /// Statements by which callers write rows of their own, for triggers to fire.
  static List<Statement> ownWrites(Relation relation, Planting.Row own, Member caller) {
    var writes = new ArrayList<Statement>();
    var columns =
        relation.columns().stream()
            .filter(column -> column.addedBy().contains(caller.role()) && !column.isGenerated())
            .filter(column -> !(column.isKey() && column.hasDefault()))
            .filter(
                column -> {
                  var value = own.values().get(column.name());
                  return value != null && !value.isNull();
                })
            .map(Column::name)
            .collect(Collectors.toCollection(ArrayList::new));
    var key =
        relation.columns().stream()
            .filter(
                column ->
                    column.isKey()
                        && column.type().equals("uuid")
                        && columns.contains(column.name()))
            .findFirst();
    var values = new LinkedHashMap<String, JsonNode>();
    own.values().entries().forEach(each -> values.put(each.getKey(), each.getValue()));
    key.ifPresent(
        column ->
            values.put(column.name(), JsonNode.createStringNode(UUID.randomUUID().toString())));
    if (!columns.isEmpty()) {
      var sql = new SqlText().add("insert into ").append(relation.sql()).add(" (");
      Planting.names(sql, columns);
      sql.add(") select ");
      Planting.names(sql, columns);
      sql.add(" from pg_catalog.jsonb_populate_record(null::").append(relation.sql()).add(", ");
      sql.value(new Jsonb(Json.write(JsonNode.createObjectNode(values)))).add(")");
      writes.add(sql.statement());
    }
    relation.columns().stream()
        .filter(
            column ->
                column.changedBy().contains(caller.role())
                    && !column.isUnique()
                    && !column.isGenerated())
        .findFirst()
        .ifPresent(
            column -> {
              var sql = new SqlText().add("update ").append(relation.sql()).add(" as x set ");
              sql.name(column.name()).add(" = x.").name(column.name()).add(" where ");
              sql.append(Traces.holdsSecret(relation, caller.role(), caller));
              writes.add(sql.statement());
            });
    var delete = new SqlText().add("delete from ").append(relation.sql()).add(" as x where ");
    writes.add(delete.append(Traces.holdsSecret(relation, caller.role(), caller)).statement());
    return writes;
  }
}
