package io.stabbur.realtime.change;

import io.stabbur.platform.db.Database;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.realtime.change.ChangeQueue.Item;
import io.stabbur.realtime.change.Encoder.Asked;
import io.stabbur.realtime.change.row.MissingValues;
import io.stabbur.realtime.change.row.Row;
import io.stabbur.realtime.change.stream.Message.Change;
import io.stabbur.realtime.change.table.Comparer;
import io.stabbur.realtime.change.table.Table;
import io.stabbur.realtime.change.table.ValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
/// see it: route, complete, match, judge, encode, deliver. One thread; a batch ends before the next
/// begins, so the order holds.
final class Distributor {
  private static final Logger LOG = LoggerFactory.getLogger(Distributor.class);
  private static final int ATTEMPTS = 10;
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final Routes routes;
  private final MessageSinks messages;
  private final Matcher matcher;
  private final Judge judge;
  private final Representations representations;
  private final CommitWait commits;
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
      int maxPayload,
      ChangeCounts counts) {
    this.routes = routes;
    this.messages = messages;
    this.judge = judge;
    this.representations = new Representations(probes);
    this.comparer = new Comparer(admin);
    this.commits = new CommitWait(admin);
    this.matcher = new Matcher(comparer);
    this.missing = new MissingValues(admin);
    this.maxPayload = maxPayload;
    this.counts = counts;
  }

  /// Works until the thread is interrupted. No failure ends it.
  void run(ChangeQueue queue) {
    while (true) {
      try {
        distribute(queue.take());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void distribute(List<Item> items) {
    if (items.getFirst() instanceof Item.Task(var task)) {
      attempt(task);
      return;
    }
    var changes = new ArrayList<Change>(items.size());
    for (var item : items) {
      if (item instanceof Item.Row(var change)) {
        changes.add(change);
      }
    }
    attempt(() -> changes.forEach(messages::pass));
    attempt(() -> persist(changes));
  }

  /// Nothing was delivered before a batch failed, so one that met a database that is busy or away
  /// for a moment is tried again.
  private void persist(List<Change> changes) {
    for (int attempt = 1; ; attempt++) {
      try {
        distributeChanges(changes);
        return;
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
      routes.announce(
          "error", "Changes were lost because they could not be distributed; read the rows again");
      counts.gap();
    }
  }

  private void distributeChanges(List<Change> changes) {
    var events = new ArrayList<Event>();
    for (var change : changes) {
      for (var target : routes.of(change.relation()).targets()) {
        if (target.wants(change.kind())) {
          events.add(new Event(change, target));
        }
      }
    }
    if (events.isEmpty()) {
      return;
    }
    counts.distributed(events.size());
    commits.await(events);
    complete(events);
    matcher.match(events);
    var verdicts = judge.judge(events);
    var encoder = new Encoder(maxPayload, converted(verdicts));
    var shown = representations.of(verdicts);
    verdicts.forEach(verdict -> deliver(verdict, encoder, shown));
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

  private void deliver(
      Judge.Verdict verdict, Encoder encoder, Map<ClaimsKey, Map<Asked, String>> shown) {
    verdict
        .receivers()
        .forEach(
            (shape, bounds) -> {
              var encoded = new HashMap<Map<Asked, String>, byte[]>();
              var ids = new LinkedHashMap<Channel, List<Integer>>();
              bounds.forEach(
                  bound ->
                      ids.computeIfAbsent(bound.channel(), _ -> new ArrayList<>(1))
                          .add(bound.id()));
              ids.forEach(
                  (channel, numbers) -> {
                    var own = verdict.ofEvent(shown.getOrDefault(channel.key(), Map.of()));
                    var data =
                        encoded.computeIfAbsent(
                            own, _ -> encoder.encode(verdict.event(), shape, own));
                    hand(channel, numbers, data, verdict.event().change().committed());
                  });
            });
  }

  /// A sink that fails keeps nothing from the others.
  private void hand(Channel channel, List<Integer> ids, byte[] data, long committed) {
    try {
      channel.deliver(ids.stream().mapToInt(Integer::intValue).toArray(), data);
      counts.delivered(committed);
    } catch (RuntimeException e) {
      LOG.error("A change could not be handed to a channel", e);
    }
  }
}
