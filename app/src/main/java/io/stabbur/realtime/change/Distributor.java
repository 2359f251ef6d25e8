package io.stabbur.realtime.change;

import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.pgoutput.Message.Change;
import io.stabbur.platform.pgoutput.Relation;
import io.stabbur.platform.trace.Traces;
import io.stabbur.realtime.change.ChangeQueue.Item;
import io.stabbur.realtime.change.Encoder.Asked;
import io.stabbur.realtime.change.row.MissingValues;
import io.stabbur.realtime.change.row.Row;
import io.stabbur.realtime.change.table.Comparer;
import io.stabbur.realtime.change.table.Table;
import io.stabbur.realtime.change.table.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes changes in the order of their commits, a batch at a time, and hands each to those who may
/// see it: route, complete, match, judge, then encode and deliver. One thread; a batch ends before
/// the next begins, so the order holds.
final class Distributor {
  private static final Logger LOG = LoggerFactory.getLogger(Distributor.class);
  private static final String LOST =
      "Changes were lost because they could not be distributed; read the rows again";
  private static final String UNASKED =
      "Changes may be missing because the database could not be asked about them; read the rows"
          + " again";
  private static final String UNSEEN =
      "Changes may be missing because their commits are held up; read the rows again";
  private static final String SLOW_FILTER =
      "Changes may be missing because the channel's filters took too long; read the rows again, and"
          + " use a simpler filter";
  private static final int ATTEMPTS = 10;
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final Routes routes;
  private final MessageSinks messages;
  private final Matcher matcher;
  private final Judge judge;
  private final Representations representations;
  private final CommitWait commits;
  private final LaneRoom lanes;
  private final MissingValues missing;
  private final Comparer comparer;
  private final int maxPayload;
  private final ChangeCounts counts;

  Distributor(
      Database admin,
      Routes routes,
      MessageSinks messages,
      Judge judge,
      Probes probes,
      CommitWait commits,
      LaneRoom lanes,
      int maxPayload,
      ChangeCounts counts) {
    this.routes = routes;
    this.messages = messages;
    this.judge = judge;
    this.representations = new Representations(probes);
    this.comparer = new Comparer(admin);
    this.commits = commits;
    this.lanes = lanes;
    this.matcher = new Matcher(comparer);
    this.missing = new MissingValues(admin);
    this.maxPayload = maxPayload;
    this.counts = counts;
  }

  /// Asks the database all that is to be known of what was taken from the queue. No failure ends
  /// it.
  ///
  /// @return what is left to do: it hands the changes over, and asks nobody anything
  Runnable ask(List<Item> items) {
    if (items.getFirst() instanceof Item.Task) {
      return () -> items.forEach(this::run);
    }
    var changes = new ArrayList<Change>(items.size());
    for (var item : items) {
      if (item instanceof Item.Row(var change, var _)) {
        changes.add(change);
      }
    }
    changes.forEach(change -> attempt(() -> messages.pass(change)));
    var ready = new ArrayList<Ready>();
    attempt(() -> ready.addAll(persist(changes)));
    return () -> attempt(() -> deliver(ready));
  }

  private void run(Item item) {
    if (item instanceof Item.Task(var task)) {
      attempt(task);
    }
  }

  /// Nothing was delivered before a batch failed, so one that met a database that is busy or away
  /// for a moment is tried again.
  private List<Ready> persist(List<Change> changes) {
    for (int attempt = 1; ; attempt++) {
      try {
        return ready(changes);
      } catch (ApiException e) {
        if (attempt == ATTEMPTS || e.error() instanceof Failure.Database) {
          throw e;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void attempt(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      LOG.error("Changes could not be distributed", e);
      routes.announce("error", LOST);
      counts.gap();
    }
  }

  private List<Ready> ready(List<Change> changes) {
    var events = events(changes);
    if (events.isEmpty()) {
      return List.of();
    }
    try (var span = Traces.work("realtime changes").put("stabbur.changes", events.size())) {
      try {
        tellUnseen(events, commits.await(events));
        return prepared(events);
      } catch (RuntimeException e) {
        span.fail(e.getClass().getSimpleName());
        throw e;
      }
    }
  }

  /// A policy that is asked before a row is visible hides it.
  private void tellUnseen(List<Event> events, Set<Integer> transactions) {
    if (transactions.isEmpty()) {
      return;
    }
    counts.gap();
    var tables = new LinkedHashSet<Table>();
    for (var event : events) {
      if (transactions.contains(event.change().transaction())) {
        tables.add(event.target().table());
      }
    }
    tables.forEach(table -> listeners(table).forEach(channel -> channel.missed(UNSEEN)));
  }

  private List<Event> events(List<Change> changes) {
    var events = new ArrayList<Event>();
    var unreadable = new HashSet<Relation>();
    for (var change : changes) {
      if (unreadable.contains(change.relation())) {
        continue;
      }
      try {
        for (var target : routes.of(change.relation()).targets()) {
          if (target.wants(change.kind())) {
            events.add(new Event(change, target));
          }
        }
      } catch (RuntimeException e) {
        requireOwnFailure(e);
        unreadable.add(change.relation());
        lost(routes.channels(), e);
      }
    }
    return events;
  }

  /// What is known of events before they are delivered.
  private record Prepared(
      List<Judge.Verdict> verdicts, Encoder encoder, Representations.Answers shown) {}

  /// One event that is ready.
  private record Ready(Judge.Verdict verdict, Encoder encoder, Representations.Answers shown) {}

  /// The events in their order. Where something fails, each table is prepared by itself, and those
  /// that fail again are left out and told.
  private List<Ready> prepared(List<Event> events) {
    var tables = new LinkedHashMap<Route.Target, List<Event>>();
    events.forEach(
        event -> tables.computeIfAbsent(event.target(), _ -> new ArrayList<>()).add(event));
    try {
      return ready(prepare(events));
    } catch (RuntimeException e) {
      requireOwnFailure(e);
      if (tables.size() == 1) {
        lost(listeners(events.getFirst().target().table()), e);
        return List.of();
      }
    }
    var ready = new IdentityHashMap<Event, Ready>();
    tables.forEach(
        (target, each) -> {
          try {
            ready(prepare(each)).forEach(one -> ready.put(one.verdict.event(), one));
          } catch (RuntimeException e) {
            requireOwnFailure(e);
            lost(listeners(target.table()), e);
          }
        });
    return events.stream().map(ready::get).filter(Objects::nonNull).toList();
  }

  private static List<Ready> ready(Prepared all) {
    return all.verdicts.stream()
        .map(verdict -> new Ready(verdict, all.encoder, all.shown))
        .toList();
  }

  private Prepared prepare(List<Event> events) {
    complete(events);
    var slow = matcher.match(events);
    var verdicts = judge.judge(events);
    var encoder = new Encoder(maxPayload, converted(verdicts));
    var shown = representations.of(verdicts);
    slow.forEach(channel -> channel.missed(SLOW_FILTER));
    return new Prepared(verdicts, encoder, shown);
  }

  /// A database that is busy or away fails for every table alike.
  private static void requireOwnFailure(RuntimeException e) {
    if (e instanceof ApiException api && !(api.error() instanceof Failure.Database)) {
      throw e;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw e;
    }
  }

  private Collection<Channel> listeners(Table table) {
    return routes.channels().stream()
        .filter(
            channel ->
                channel.bounds().stream()
                    .anyMatch(bound -> bound.covers(table.schema(), table.name())))
        .toList();
  }

  private void lost(Collection<Channel> listeners, RuntimeException e) {
    LOG.error("Changes of a table could not be distributed", e);
    counts.gap();
    listeners.forEach(channel -> channel.missed(LOST));
  }

  private void complete(List<Event> events) {
    var rows = new LinkedHashMap<Route.Target, List<Row>>();
    for (var event : events) {
      var image = event.image();
      if (image != null) {
        rows.computeIfAbsent(event.target(), _ -> new ArrayList<>()).add(image);
      }
    }
    rows.forEach(
        (target, each) -> {
          var incomplete = MissingValues.incomplete(each, target.published());
          if (!incomplete.isEmpty()) {
            missing.complete(target.table(), incomplete, target.published());
          }
        });
  }

  /// Has Postgres convert what only it can, once per type and batch.
  private Map<Asked, String> converted(List<Judge.Verdict> verdicts) {
    var texts = new HashMap<ValueType, Set<String>>();
    var tables = new HashMap<ValueType, Table>();
    for (var verdict : verdicts) {
      if (verdict.receivers().isEmpty()) {
        continue;
      }
      var event = verdict.event();
      var columns = event.target().table().columns();
      for (int i = 0; i < columns.size(); i++) {
        var type = columns.get(i).type();
        if (type.json() == ValueType.Json.ASKED) {
          int place = i;
          tables.put(type, event.target().table());
          Stream.of(event.old(), event.tested())
              .map(row -> row.text(place))
              .filter(Objects::nonNull)
              .forEach(text -> texts.computeIfAbsent(type, _ -> new LinkedHashSet<>()).add(text));
        }
      }
    }
    var converted = new HashMap<Asked, String>();
    texts.forEach(
        (type, all) -> {
          var asked = all.toArray(String[]::new);
          var answers = comparer.toJson(Objects.requireNonNull(tables.get(type)), type, asked);
          for (int i = 0; i < asked.length; i++) {
            converted.put(new Asked(type.oid(), asked[i]), answers.get(i));
          }
        });
    return converted;
  }

  private void deliver(List<Ready> all) {
    var handover = new Handover(lanes);
    try {
      all.forEach(ready -> deliver(ready, handover));
    } finally {
      handover.end();
    }
  }

  private void deliver(Ready ready, Handover handover) {
    var verdict = ready.verdict;
    try {
      verdict.receivers().forEach((shape, receivers) -> deliver(ready, shape, receivers, handover));
    } catch (RuntimeException e) {
      requireOwnFailure(e);
      lost(listeners(verdict.event().target().table()), e);
    }
    if (!verdict.missed().isEmpty()) {
      counts.gap();
      verdict.missed().forEach(channel -> channel.missed(UNASKED));
    }
  }

  private void deliver(
      Ready ready, Shape shape, List<Judge.Receiver> receivers, Handover handover) {
    var verdict = ready.verdict;
    var encoded = new HashMap<Map<Asked, String>, byte[]>();
    var ids = new LinkedHashMap<Channel, List<Integer>>();
    var keys = new HashMap<Channel, ClaimsKey>();
    for (var receiver : receivers) {
      var channel = receiver.bound().channel();
      ids.computeIfAbsent(channel, _ -> new ArrayList<>(1)).add(receiver.bound().id());
      keys.putIfAbsent(channel, receiver.key());
    }
    boolean hasOwn = !Representations.values(verdict.event()).isEmpty();
    ids.forEach(
        (channel, numbers) -> {
          var key = Objects.requireNonNull(keys.get(channel));
          if (hasOwn && ready.shown.missed().contains(key)) {
            channel.missed(UNASKED);
            return;
          }
          var own = verdict.ofEvent(ready.shown.of(key));
          var data =
              encoded.computeIfAbsent(own, _ -> ready.encoder.encode(verdict.event(), shape, own));
          var bindings = numbers.stream().mapToInt(Integer::intValue).toArray();
          long committed = verdict.event().change().committed();
          handover.add(
              channel.executor(),
              data,
              () -> {
                if (channel.deliver(key, bindings, data)) {
                  counts.delivered(committed);
                } else {
                  counts.gap();
                }
              },
              () -> {
                if (!channel.isClosed()) {
                  counts.gap();
                  channel.missed(LOST);
                }
              });
        });
  }
}
