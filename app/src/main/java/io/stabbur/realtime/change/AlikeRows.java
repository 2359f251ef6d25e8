package io.stabbur.realtime.change;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import io.stabbur.realtime.change.Probes.RowKey;
import io.stabbur.realtime.change.row.MissingValues;
import io.stabbur.realtime.change.row.Row;
import io.stabbur.realtime.change.table.Comparer;
import io.stabbur.realtime.change.table.PolicyReads;
import io.stabbur.realtime.change.table.Table;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rows of a batch that are equal in all that a table's policies look at: whoever sees one of them
/// sees the others, so one stands in for them. That is proven after the answers have come: the rows
/// are still those that the stream told of, so they were when the policies were asked, and the
/// policies are still those that were looked at.
final class AlikeRows {
  private static final Duration FRESH = Duration.ofSeconds(30);

  /// The longest proof: beyond that, asking about each row costs less.
  private static final Duration LONGEST = Duration.ofSeconds(2);

  /// From so many spared questions on, the proof is worth its own.
  private static final int FEWEST = 100;

  private final Database admin;
  private final Cache<Table, Optional<PolicyReads>> known =
      Caffeine.newBuilder().weakKeys().expireAfterWrite(FRESH).build();

  AlikeRows(Database admin) {
    this.admin = admin;
  }

  /// Which rows stand in for which.
  static final class StandIns {
    private final Map<RowKey, RowKey> all;
    private final Set<RowKey> proven;

    private StandIns(Map<RowKey, RowKey> all, Set<RowKey> proven) {
      this.all = all;
      this.proven = proven;
    }

    /// The row that is asked about in the place of another, perhaps itself.
    RowKey of(RowKey row) {
      return all.getOrDefault(row, row);
    }

    /// Whether the answer about its stand-in counts for a row.
    boolean isProven(RowKey row) {
      var asked = of(row);
      return asked.equals(row) || (proven.contains(row) && proven.contains(asked));
    }
  }

  /// The rows of a table that are alike.
  ///
  /// @param askers how many ask about them
  Group of(Table table, List<Event> events, int askers) {
    var versions = versions(events);
    if ((versions.size() - 1L) * askers < FEWEST) {
      return new Group(table, null, Map.of(), Map.of());
    }
    var reads = known.get(table, asked -> PolicyReads.of(admin, asked));
    if (reads.isEmpty()) {
      return new Group(table, null, Map.of(), Map.of());
    }
    var first = new HashMap<List<@Nullable String>, RowKey>();
    var standIns = new LinkedHashMap<RowKey, RowKey>();
    versions.forEach(
        (key, event) ->
            values(event, reads.get())
                .ifPresent(values -> standIns.put(key, first.computeIfAbsent(values, _ -> key))));
    boolean spares = (standIns.size() - (long) first.size()) * askers >= FEWEST;
    return new Group(table, reads.get(), versions, spares ? standIns : Map.of());
  }

  /// The events by their rows, without rows that have changed twice.
  private static Map<RowKey, Event> versions(List<Event> events) {
    var versions = new LinkedHashMap<RowKey, Event>();
    var twice = new HashSet<RowKey>();
    for (var event : events) {
      var row = RowKey.of(event);
      if (row != null && versions.put(row, event) != null) {
        twice.add(row);
      }
    }
    versions.keySet().removeAll(twice);
    return versions;
  }

  private static Optional<List<@Nullable String>> values(Event event, PolicyReads reads) {
    Row image = event.image();
    var values = new ArrayList<@Nullable String>();
    for (int place : reads.places()) {
      if (image == null || !image.isKnown(place)) {
        return Optional.empty();
      }
      values.add(image.text(place));
    }
    return Optional.of(values);
  }

  /// Rows of one table that may stand in for each other.
  final class Group {
    private final Table table;
    private final @Nullable PolicyReads reads;
    private final Map<RowKey, Event> versions;
    private final Map<RowKey, RowKey> standIns;

    private Group(
        Table table,
        @Nullable PolicyReads reads,
        Map<RowKey, Event> versions,
        Map<RowKey, RowKey> standIns) {
      this.table = table;
      this.reads = reads;
      this.versions = versions;
      this.standIns = standIns;
    }

    StandIns unproven() {
      return new StandIns(standIns, Set.of());
    }

    /// The same after the answers have come.
    StandIns proven() {
      return new StandIns(standIns, standIns.isEmpty() ? Set.of() : unchanged());
    }

    private Set<RowKey> unchanged() {
      var proven = Set.<RowKey>of();
      try {
        var rows = List.copyOf(standIns.keySet());
        proven =
            admin.exchange(
                Comparer.ownActor(admin, LONGEST),
                Access.READ,
                question(rows),
                result -> numbered(rows, result));
      } catch (ApiException e) {
        // the table is another by now; without a proof each row is asked about
        if (!(e.error() instanceof Failure.Database)) {
          throw e;
        }
      }
      if (proven.isEmpty()) {
        known.invalidate(table);
      }
      return proven;
    }

    private static Set<RowKey> numbered(List<RowKey> rows, ResultSet result) throws SQLException {
      var found = new HashSet<RowKey>();
      while (result.next()) {
        found.add(rows.get(result.getInt(1) - 1));
      }
      return found;
    }

    // select u.n from unnest(?::int8[]) with ordinality u ("0", n) join "public"."t" r
    // on r."id" = u."0" where (select …) = ? and r.xmin = (?::text[]::xid[])[u.n]
    // and r."grp" is not distinct from (?::text[]::int4[])[u.n]
    private Statement question(List<RowKey> rows) {
      var keys = new ArrayList<String[]>();
      var transactions = new ArrayList<String>();
      for (var row : rows) {
        keys.add(row.values().toArray(String[]::new));
        var change = Objects.requireNonNull(versions.get(row)).change();
        transactions.add(Integer.toUnsignedString(change.transaction()));
      }
      var sql =
          new SqlText()
              .add("select u.n::int4 from ")
              .append(MissingValues.keys(table, keys))
              .add(" join ")
              .name(table.schema())
              .add(".")
              .name(table.name())
              .add(" r on ")
              .append(MissingValues.keyEquals(table))
              .add(" where ")
              // another table by now, whose values are not to be compared, is not read
              .append(Objects.requireNonNull(reads).holds())
              .add(" and r.xmin = (")
              .value(transactions.toArray(String[]::new))
              .add("::text[]::xid[])[u.n]");
      // a transaction may have changed its own row once more
      Objects.requireNonNull(reads).places().forEach(place -> equal(sql, rows, place));
      return sql.statement();
    }

    private void equal(SqlText sql, List<RowKey> rows, int place) {
      var column = table.columns().get(place);
      var values =
          rows.stream()
              .map(row -> Objects.requireNonNull(versions.get(row)).image())
              .map(image -> Objects.requireNonNull(image).text(place))
              .toArray(String[]::new);
      sql.add(" and r.").name(column.name()).add(" is not distinct from (").value(values);
      sql.add("::text[]::").printed(column.type().sqlName()).add("[])[u.n]");
    }
  }
}
