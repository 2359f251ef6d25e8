package io.stabbur.realtime.channel;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.identity.Caller;
import io.stabbur.realtime.room.TopicName;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks the database on virtual threads, at most so many questions at once, so that a storm of
/// joins never takes more connections than its share. The same question of several channels is
/// asked once while it is under way, and a denial is remembered for as long as its answer is
/// delayed.
final class Questions {
  private static final int MOST_DENIALS = 10_000;

  private final int atOnce;
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private int running;
  private final ConcurrentHashMap<Key, CompletableFuture<Rights>> asked = new ConcurrentHashMap<>();
  private final Cache<Key, Rights> denied;

  /// Who asks what. The claims are compared as text: a policy may read any of them.
  private record Key(String role, String claims, TopicName topic) {}

  Questions(int atOnce, Duration denialsKept) {
    this.atOnce = atOnce;
    this.denied =
        Caffeine.newBuilder()
            .maximumSize(MOST_DENIALS)
            .expireAfterWrite(denialsKept.isZero() ? Duration.ofNanos(1) : denialsKept)
            .build();
  }

  /// What the caller may read on a topic.
  CompletableFuture<Rights> read(Caller caller, TopicName topic) {
    var key = new Key(caller.role(), caller.claims().json(), topic);
    var known = denied.getIfPresent(key);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    var mine = new CompletableFuture<Rights>();
    var others = asked.putIfAbsent(key, mine);
    if (others != null) {
      return others;
    }
    return ask(() -> Authorizations.read(caller, topic))
        .whenComplete((rights, failure) -> answer(key, mine, rights, failure));
  }

  private void answer(
      Key key,
      CompletableFuture<Rights> mine,
      @Nullable Rights rights,
      @Nullable Throwable failure) {
    asked.remove(key, mine);
    if (failure != null || rights == null) {
      mine.completeExceptionally(
          failure == null ? new IllegalStateException("no answer") : failure);
      return;
    }
    if (!rights.any()) {
      denied.put(key, rights);
    }
    mine.complete(rights);
  }

  /// Asks one question when its turn comes; the answer may be an exception.
  <T> CompletableFuture<T> ask(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, (Executor) this::start);
  }

  private void start(Runnable work) {
    synchronized (waiting) {
      if (running == atOnce) {
        waiting.add(work);
        return;
      }
      running++;
    }
    run(work);
  }

  private void run(Runnable work) {
    Thread.ofVirtual()
        .name("realtime question")
        .start(
            () -> {
              for (var next = work; next != null; next = next()) {
                next.run();
              }
            });
  }

  private @Nullable Runnable next() {
    synchronized (waiting) {
      var next = waiting.poll();
      if (next == null) {
        running--;
      }
      return next;
    }
  }
}
