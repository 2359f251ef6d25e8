package io.stabbur.realtime.channel;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stabbur.identity.Caller;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.share.Terms;
import io.stabbur.platform.trace.Traces;
import io.stabbur.realtime.room.TopicName;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks the database on virtual threads, at most so many questions at once, so that a storm of
/// joins never takes more connections than its share; callers take turns. The same question of
/// several channels is asked once while it is under way, and a denial is remembered for as long as
/// its answer is delayed.
final class Questions {
  private static final int MOST_DENIALS = 10_000;

  /// Most questions of one caller that wait.
  private static final int MOST_WAITING = 10_000;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String project;
  private final FairShare turns;
  private final ConcurrentHashMap<Key, CompletableFuture<Rights>> asked = new ConcurrentHashMap<>();
  private final Cache<Key, Rights> denied;

  /// Who asks what. The claims are compared as text: a policy may read any of them.
  private record Key(String role, String claims, TopicName topic) {}

  /// @param project its name, for traces
  Questions(String project, int atOnce, Duration denialsKept) {
    this.project = project;
    this.turns =
        new FairShare(
            new Terms(
                atOnce, atOnce / 3, MOST_WAITING, "Too many channels are joined at the moment"));
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
    return ask(caller.share(), () -> Authorizations.read(caller, topic))
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

  /// Asks one question when the caller's turn comes; the answer may be an exception.
  <T> CompletableFuture<T> ask(Share caller, Supplier<T> question) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (var span = Traces.work("realtime question").put("stabbur.project", project);
              var _ = turns.acquire(caller, 1, PATIENCE)) {
            try {
              return question.get();
            } catch (RuntimeException e) {
              span.fail(e.getClass().getSimpleName());
              throw e;
            }
          }
        },
        work -> Thread.ofVirtual().name("realtime question").start(work));
  }
}
