package io.stabbur.realtime.change;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.platform.pgoutput.Message.Kind;
import io.stabbur.realtime.change.AskedRows.Asker;
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
import java.util.List;
import java.util.Map;
import java.util.Set;

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
  private record Pending(Receiver receiver, Shape shape, Asker asker, int place) {}

  /// An event whose receivers are being found.
  private static final class Open {
    private final Verdict verdict;
    private final AskedRows rows;
    private final int place;
    private final List<Pending> pending = new ArrayList<>();

    /// @param rows where its row has a place, if its key is known
    Open(Event event, AskedRows rows) {
      this.verdict = new Verdict(event, new LinkedHashMap<>(), new HashSet<>());
      this.rows = rows;
      var row = RowKey.of(event);
      this.place = row == null ? -1 : rows.place(row);
    }

    void ask(Receiver receiver, Shape shape) {
      if (place >= 0) {
        var asker = rows.asker(receiver.key);
        asker.ask(place);
        pending.add(new Pending(receiver, shape, asker, place));
      }
    }

    void answer() {
      for (var each : pending) {
        if (rows.shows(each.asker, each.place)) {
          receive(verdict, each.shape, each.receiver);
        } else if (rows.isMissed(each.asker, each.place)) {
          verdict.missed.add(each.receiver.bound.channel());
        }
      }
    }
  }

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
    var asked = new LinkedHashMap<Table, AskedRows>();
    var sights = new HashMap<Subject, Sight>();
    var open = new ArrayList<Open>(events.size());
    for (var event : events) {
      var table = event.target().table();
      var one = new Open(event, asked.computeIfAbsent(table, AskedRows::new));
      for (var bound : event.matched()) {
        var key = bound.channel().key();
        var sight =
            sights.computeIfAbsent(
                new Subject(table.oid(), key.role()),
                subject -> new Sight(table, grants.get(subject, this::read)));
        decide(one, sight, new Receiver(bound, key));
      }
      open.add(one);
    }
    ask(asked.values().stream().filter(rows -> rows.askers() > 0).toList(), events);
    open.forEach(Open::answer);
    return open.stream().map(each -> each.verdict).toList();
  }

  private void ask(List<AskedRows> asked, List<Event> events) {
    var groups = new LinkedHashMap<AskedRows, AlikeRows.Group>();
    var together = new ArrayList<Visible>();
    for (var rows : asked) {
      var ofTable =
          events.stream().filter(event -> event.target().table().equals(rows.table())).toList();
      var group = alikeRows.of(rows.table(), ofTable, rows.askers());
      groups.put(rows, group);
      together.addAll(rows.together(group.unproven()));
    }
    probes.ask(together);
    var alone = new ArrayList<Visible>();
    groups.forEach((rows, group) -> alone.addAll(rows.alone(group.proven())));
    probes.ask(alone);
  }

  private static void decide(Open open, Sight sight, Receiver receiver) {
    var event = open.verdict.event;
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
      receive(open.verdict, shape, receiver);
    } else {
      open.ask(receiver, shape);
    }
  }

  private Grants read(Subject subject) {
    return tables.grants(subject.table, subject.role);
  }

  private static void receive(Verdict verdict, Shape shape, Receiver receiver) {
    verdict.receivers.computeIfAbsent(shape, _ -> new ArrayList<>()).add(receiver);
  }
}
