package io.stabbur.realtime.change;

import io.stabbur.platform.pgoutput.Message.Change;
import io.stabbur.platform.pgoutput.Relation;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// The channels of a project in parts that take turns: while one part's policies are asked, the
/// changes of the others wait, and the longer they wait the more of them are asked about at once. A
/// channel stays in its part, so that it gets its changes in their order.
final class Deliveries implements AutoCloseable {
  /// Channels of a part before another is opened.
  private static final int FEW = 64;

  private static final int MOST = 16;

  /// How long the stream waits, in nanoseconds, before it reports to Postgres in between.
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

  private final IntFunction<Delivery> opener;
  private final ChangeCounts counts;
  private final List<Delivery> all = new CopyOnWriteArrayList<>();
  private final Map<Channel, Delivery> places = new ConcurrentHashMap<>();

  /// Those that the change offered last is still to be given to. Of the stream's thread.
  private final ArrayDeque<Delivery> open = new ArrayDeque<>();

  private @Nullable Change offered;
  private boolean isClosed;

  /// @param opener makes the part with a number; the first, 0, gets the messages of the database
  Deliveries(IntFunction<Delivery> opener, ChangeCounts counts) {
    this.opener = opener;
    this.counts = counts;
    all.add(opener.apply(0));
  }

  /// Gives a channel a part.
  ///
  /// @throws CancellationException once this is closed
  void add(Channel channel) {
    var place = place(channel);
    place.routes().add(channel);
  }

  private synchronized Delivery place(Channel channel) {
    if (isClosed) {
      throw new CancellationException("the feed is closed");
    }
    var least = all.getFirst();
    for (var each : all) {
      if (size(each) < size(least)) {
        least = each;
      }
    }
    if (size(least) >= FEW && all.size() < MOST) {
      least = opener.apply(all.size());
      all.add(least);
      all.forEach(each -> each.share(all.size()));
    }
    places.put(channel, least);
    return least;
  }

  private static int size(Delivery delivery) {
    return delivery.routes().channels().size();
  }

  void remove(Channel channel) {
    var place = places.remove(channel);
    if (place != null) {
      place.routes().remove(channel);
    }
  }

  /// The bindings of a channel have changed.
  void changed(Channel channel) {
    var place = places.get(channel);
    if (place != null) {
      place.routes().changed();
    }
  }

  Collection<Channel> channels() {
    return places.keySet();
  }

  boolean isEmpty() {
    return places.isEmpty();
  }

  /// Whether anybody may listen to a table.
  boolean mayWant(Relation relation) {
    return all.stream().anyMatch(each -> each.mayWant(relation));
  }

  /// Gives a change to each part that may want it. If they have not all had room within a second,
  /// the same change is offered again, and goes on from there.
  ///
  /// @return whether all have it
  @SuppressWarnings("ReferenceEquality") // the same change again
  boolean offer(Change change) throws InterruptedException {
    if (change != offered) {
      offered = change;
      open.clear();
      all.stream().filter(each -> each.mayWant(change.relation())).forEach(open::add);
      counts.distributed(open.isEmpty() ? 0 : 1);
      if (MessageSinks.isMessages(change.relation()) && !open.contains(all.getFirst())) {
        open.addFirst(all.getFirst());
      }
    }
    long end = System.nanoTime() + PATIENCE;
    for (var each = open.peek(); each != null; each = open.peek()) {
      if (!each.offer(change, end - System.nanoTime())) {
        return false;
      }
      open.remove();
    }
    offered = null;
    return true;
  }

  /// Runs a task between the changes of a channel.
  void inTurn(Channel channel, Runnable task) {
    places.getOrDefault(channel, all.getFirst()).inTurn(task);
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    all.forEach(Delivery::close);
  }
}
