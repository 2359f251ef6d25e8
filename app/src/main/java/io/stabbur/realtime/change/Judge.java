package io.stabbur.realtime.change;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.platform.pgoutput.Message.Kind;
import io.stabbur.realtime.change.AlikeRows.StandIns;
import io.stabbur.realtime.change.Probes.End;
import io.stabbur.realtime.change.Probes.RowKey;
import io.stabbur.realtime.change.Probes.Visible;
import io.stabbur.realtime.change.table.Grants;
import io.stabbur.realtime.change.table.Table;
import io.stabbur.realtime.change.table.Tables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides who gets a change that matches the filters: the role must have the right to select, and
/// where row policies hold for it, Postgres says which rows it sees. Deleted rows cannot be asked
/// about; their events carry no more than the key where policies hold.
final class Judge {
  /// Rights change with the table's description, which the stream sends anew; what is not part of
  /// it (a role's attributes, the schema's grants) counts after this time.
  private static final Duration FRESH = Duration.ofSeconds(1);

  private final Tables tables;
  private final Probes probes;
  private final AlikeRows alikeRows;
  private final Cache<Subject, Grants> grants =
      Caffeine.newBuilder().expireAfterWrite(FRESH).build();

  Judge(Tables tables, Probes probes, AlikeRows alikeRows) {
    this.tables = tables;
    this.probes = probes;
    this.alikeRows = alikeRows;
  }

  private record Subject(long table, String role) {}

  /// A binding that gets a change, and as whom it was judged: the channel's token may be another by
  /// now.
  record Receiver(Bound bound, ClaimsKey key) {}

  /// Who gets a change, and what of it.
  ///
  /// @param missed channels for which policies could not be asked
  record Verdict(Event event, Map<Shape, List<Receiver>> receivers, Set<Channel> missed) {
    /// Those of the values that the event has, so that equal events are written once.
    Map<Encoder.Asked, String> ofEvent(Map<Encoder.Asked, String> shown) {
      if (shown.isEmpty()) {
        return shown;
      }
      var own = new HashMap<Encoder.Asked, String>();
      Representations.values(event)
          .forEach(
              asked -> {
                var value = shown.get(asked);
                if (value != null) {
                  own.put(asked, value);
                }
              });
      return own;
    }
  }

  /// A binding whose row Postgres is asked about.
  private record Pending(Receiver receiver, Shape shape, Asker asker, RowKey row) {}

  private record Asker(ClaimsKey key, Table table) {}

  /// What a role may see of a table, while a batch is judged.
  private static final class Sight {
    private final Table table;
    private final Grants rights;
    private final Map<Set<String>, Shape> shapes = new HashMap<>();

    Sight(Table table, Grants rights) {
      this.table = table;
      this.rights = rights;
    }

    /// Filters were checked with the rights of an earlier moment, perhaps those of another token.
    boolean allows(Bound bound) {
      if (rights.columns().isEmpty()) {
        return false;
      }
      for (var test : bound.tests()) {
        if (!rights.columns().contains(test.condition().column())) {
          return false;
        }
      }
      return true;
    }

    Shape shape(Event event, Bound bound) {
      return table.hasKey() || event.kind() == Kind.DELETE
          ? shapes.computeIfAbsent(bound.select(), this::shape)
          : Shape.NO_KEY;
    }

    private Shape shape(Set<String> select) {
      return rights.showsKey(table)
          ? new Shape.Columns(rights.columns(), select, rights.secured())
          : Shape.NO_RIGHT;
    }
  }

  /// What was learned about the rights on a table no longer holds.
  void forget(long table) {
    grants.asMap().keySet().removeIf(subject -> subject.table == table);
  }

  /// The receivers of each event, in the order of the events.
  List<Verdict> judge(List<Event> events) {
    var questions = new LinkedHashMap<Asker, Set<RowKey>>();
    var verdicts = new ArrayList<Verdict>(events.size());
    var pending = new ArrayList<List<Pending>>(events.size());
    var sights = new HashMap<Subject, Sight>();
    for (var event : events) {
      var verdict = new Verdict(event, new LinkedHashMap<>(), new HashSet<>());
      var waiting = new ArrayList<Pending>();
      var row = RowKey.of(event);
      var table = event.target().table();
      for (var bound : event.matched()) {
        var key = bound.channel().key();
        var sight =
            sights.computeIfAbsent(
                new Subject(table.oid(), key.role()),
                subject -> new Sight(table, grants.get(subject, this::read)));
        decide(verdict, sight, new Receiver(bound, key), row, waiting);
      }
      waiting.forEach(
          each -> questions.computeIfAbsent(each.asker, _ -> new LinkedHashSet<>()).add(each.row));
      verdicts.add(verdict);
      pending.add(waiting);
    }
    answer(questions, verdicts, pending);
    return verdicts;
  }

  private void answer(
      Map<Asker, Set<RowKey>> questions, List<Verdict> verdicts, List<List<Pending>> pending) {
    var groups = groups(questions.keySet(), verdicts);
    var standIns = new HashMap<Table, StandIns>();
    groups.forEach((table, group) -> standIns.put(table, group.unproven()));
    var asked = ask(inTheirPlace(questions, standIns));
    groups.forEach((table, group) -> standIns.put(table, group.proven()));
    var alone = ask(unproven(questions, standIns));
    for (int i = 0; i < verdicts.size(); i++) {
      for (var each : pending.get(i)) {
        var alike = Objects.requireNonNull(standIns.get(each.asker.table));
        boolean isProven = alike.isProven(each.row);
        var question = Objects.requireNonNull((isProven ? asked : alone).get(each.asker));
        if (question.shows(isProven ? alike.of(each.row) : each.row)) {
          receive(verdicts.get(i), each.shape, each.receiver);
        } else if (question.end() == End.MISSED) {
          verdicts.get(i).missed.add(each.receiver.bound.channel());
        }
      }
    }
  }

  private Map<Table, AlikeRows.Group> groups(Set<Asker> askers, List<Verdict> verdicts) {
    var counts = new LinkedHashMap<Table, Integer>();
    askers.forEach(asker -> counts.merge(asker.table, 1, Integer::sum));
    var groups = new LinkedHashMap<Table, AlikeRows.Group>();
    counts.forEach(
        (table, count) -> {
          var events =
              verdicts.stream()
                  .map(Verdict::event)
                  .filter(event -> event.target().table().equals(table))
                  .toList();
          groups.put(table, alikeRows.of(table, events, count));
        });
    return groups;
  }

  private static Map<Asker, Set<RowKey>> inTheirPlace(
      Map<Asker, Set<RowKey>> questions, Map<Table, StandIns> standIns) {
    var replaced = new LinkedHashMap<Asker, Set<RowKey>>();
    questions.forEach(
        (asker, rows) -> {
          var alike = Objects.requireNonNull(standIns.get(asker.table));
          var asked = new LinkedHashSet<RowKey>();
          rows.forEach(row -> asked.add(alike.of(row)));
          replaced.put(asker, asked);
        });
    return replaced;
  }

  private static Map<Asker, Set<RowKey>> unproven(
      Map<Asker, Set<RowKey>> questions, Map<Table, StandIns> standIns) {
    var left = new LinkedHashMap<Asker, Set<RowKey>>();
    questions.forEach(
        (asker, rows) -> {
          var alike = Objects.requireNonNull(standIns.get(asker.table));
          for (var row : rows) {
            if (!alike.isProven(row)) {
              left.computeIfAbsent(asker, _ -> new LinkedHashSet<>()).add(row);
            }
          }
        });
    return left;
  }

  private Map<Asker, Visible> ask(Map<Asker, Set<RowKey>> questions) {
    var asked = new LinkedHashMap<Asker, Visible>();
    questions.forEach(
        (asker, rows) ->
            asked.put(asker, new Visible(asker.key, asker.table, new ArrayList<>(rows))));
    probes.ask(List.copyOf(asked.values()));
    return asked;
  }

  private static void decide(
      Verdict verdict,
      Sight sight,
      Receiver receiver,
      @Nullable RowKey row,
      List<Pending> waiting) {
    var event = verdict.event;
    var bound = receiver.bound;
    if (bound.channel().isClosed() || !sight.allows(bound)) {
      return;
    }
    var rights = sight.rights;
    var shape = sight.shape(event, bound);
    if (shape instanceof Shape.Failed && rights.policies() && !bound.tests().isEmpty()) {
      // nobody asks the policies here: that the filter passed would tell a value of the row
      return;
    }
    if (event.kind() == Kind.DELETE || shape instanceof Shape.Failed || !rights.policies()) {
      receive(verdict, shape, receiver);
    } else if (row != null) {
      waiting.add(new Pending(receiver, shape, new Asker(receiver.key, sight.table), row));
    }
  }

  private Grants read(Subject subject) {
    return tables.grants(subject.table, subject.role);
  }

  private static void receive(Verdict verdict, Shape shape, Receiver receiver) {
    verdict.receivers.computeIfAbsent(shape, _ -> new ArrayList<>()).add(receiver);
  }
}
