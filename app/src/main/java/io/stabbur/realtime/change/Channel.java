package io.stabbur.realtime.change;

import io.stabbur.identity.Caller;
import io.stabbur.realtime.change.BindingCheck.Answer;
import io.stabbur.realtime.change.BindingCheck.Retry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One channel's bindings: those in force, those refused, and as whom they are judged.
final class Channel implements ChangeFeed.Subscription {
  static final String SUBSCRIBED = "Subscribed to PostgreSQL";

  private static final String REPLACED =
      "Changes may be missing because the channel's token was replaced by one with other claims;"
          + " read the rows again";
  private static final long MISSED_PAUSE = 1_000_000_000L;

  private final Feed feed;
  private final List<Binding> bindings;
  private final ChangeSink sink;
  private final ReentrantLock checking = new ReentrantLock();
  private volatile ClaimsKey key;
  private volatile List<Bound> bounds = List.of();
  private volatile List<String> refusals = List.of();
  private volatile boolean retries;
  private volatile long retried = System.nanoTime();
  private int nextRetry;
  private List<Answer> answers = List.of();
  private @Nullable String missed;
  private long missedTold;
  private volatile boolean open;

  /// Whether it was told that there is no stream.
  private volatile boolean isTold;

  private volatile boolean closed;

  Channel(Feed feed, Caller subscriber, List<Binding> bindings, ChangeSink sink) {
    this.feed = feed;
    this.key = feed.key(subscriber);
    this.bindings = List.copyOf(bindings);
    this.sink = sink;
  }

  /// The stream was interrupted.
  void interrupted(String message) {
    isTold = true;
    tell("error", message);
  }

  /// Checks the bindings, waits for the stream, answers, and tells the state of the bindings.
  void begin(CompletableFuture<ChangeFeed.Subscription> answer) {
    try {
      feed.awaitStream();
      check();
    } finally {
      open = true;
      answer.complete(this);
    }
    report();
  }

  /// Checks all bindings anew; those refused before may be allowed now, and the reverse.
  private void check() {
    checking.lock();
    try {
      long since = System.nanoTime();
      var next = new ArrayList<Answer>();
      bindings.forEach(binding -> next.add(feed.check(key, binding, since)));
      use(next);
    } finally {
      checking.unlock();
    }
    feed.changed(this);
  }

  private void use(List<Answer> next) {
    var accepted = new ArrayList<Bound>();
    var refused = new ArrayList<String>();
    boolean later = false;
    for (int i = 0; i < next.size(); i++) {
      switch (next.get(i)) {
        case Answer.Accepted it ->
            accepted.add(
                new Bound(
                    this,
                    bindings.get(i).id(),
                    it.kinds(),
                    it.schema(),
                    it.table(),
                    it.tests(),
                    it.select()));
        case Answer.Refused(var message, var retry) -> {
          refused.add(message);
          later |= retry == Retry.LATER;
        }
      }
    }
    answers = next;
    bounds = List.copyOf(accepted);
    refusals = List.copyOf(refused);
    retries = later;
  }

  /// Tells the channel which bindings work.
  private void report() {
    var failure = feed.failure();
    isTold = failure.isPresent();
    if (failure.isPresent()) {
      tell("error", failure.get());
      return;
    }
    refusals.forEach(message -> tell("error", message));
    if (!bounds.isEmpty()) {
      tell("ok", SUBSCRIBED);
    }
  }

  /// The stream has begun. A channel that waits for it tells by itself.
  void recovered() {
    if (!closed && open && isTold) {
      check();
      report();
    }
  }

  /// Whether a refusal is one that the database may have come to allow.
  boolean retries() {
    return retries && !closed;
  }

  /// When refused bindings were tried again last.
  long retried() {
    return retried;
  }

  /// Tries refused bindings again, and tells what is new.
  ///
  /// @param most how many at most; the next ones follow the next time
  /// @param since what the database said after this moment is new enough
  /// @return how many were tried
  int retry(int most, long since) {
    retried = System.nanoTime();
    var before = bounds.size();
    var beforeRefused = Set.copyOf(refusals);
    int tried = 0;
    checking.lock();
    try {
      var next = new ArrayList<>(answers);
      for (int i = 0; i < next.size() && tried < most; i++) {
        int place = (nextRetry + i) % next.size();
        if (next.get(place) instanceof Answer.Refused refused && refused.retry() == Retry.LATER) {
          next.set(place, feed.check(key, bindings.get(place), since));
          tried++;
          if (tried == most) {
            nextRetry = place + 1;
          }
        }
      }
      if (!next.equals(answers)) {
        use(next);
        feed.changed(this);
      }
    } finally {
      checking.unlock();
    }
    if (bounds.size() > before) {
      tell("ok", SUBSCRIBED);
    }
    refusals.stream()
        .filter(message -> !beforeRefused.contains(message))
        .forEach(message -> tell("error", message));
    return tried;
  }

  /// Changes may be missing: told at once, and then at most once a second.
  synchronized void missed(String message) {
    missed = message;
    tellMissed();
  }

  /// Tells what was held back.
  synchronized void tellMissed() {
    long now = System.nanoTime();
    if (missed != null && (missedTold == 0 || now - missedTold > MISSED_PAUSE)) {
      tell("error", missed);
      missedTold = now;
      missed = null;
    }
  }

  /// Passes the state of the bindings on, in turn with changes.
  void tell(String status, String message) {
    feed.inTurn(
        this,
        () -> {
          if (!closed) {
            sink.system(status, message);
          }
        });
  }

  /// Where [#deliver] is called.
  Executor executor() {
    return sink.executor();
  }

  /// Hands over a change, unless the channel is another's by now: what its new bearer may see was
  /// not asked then, so it is told.
  ///
  /// @param judged as whom the policies were asked
  /// @return false where the change was withheld
  boolean deliver(ClaimsKey judged, int[] ids, byte[] data) {
    if (!open || closed) {
      return true;
    }
    if (!key.continues(judged)) {
      missed(REPLACED);
      return false;
    }
    sink.change(ids, data);
    return true;
  }

  List<Bound> bounds() {
    return bounds;
  }

  ClaimsKey key() {
    return key;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public List<String> refusals() {
    return feed.failure().map(List::of).orElse(refusals);
  }

  @Override
  public void reauthorize(Caller subscriber) {
    // from now on nothing is judged by the old token
    key = feed.key(subscriber);
    feed.changed(this);
    feed.later(
        () -> {
          if (!closed) {
            check();
            report();
          }
        });
  }

  @Override
  public void close() {
    closed = true;
    feed.remove(this);
  }
}
