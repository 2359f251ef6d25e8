package io.stabbur.platform.client;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A cached value of another server, such as its published keys, refreshed by one thread at a time.
///
/// A value younger than a caller's limit is returned without a call. Otherwise the caller waits for
/// the one refresh under way, but no longer than a second after it began while a usable value is
/// cached. A refresh that failed is not repeated for five seconds: meanwhile callers get the cached
/// value or the same failure at once.
public final class RemoteSnapshot<T> {
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Loader<T> loader;
  private final Duration tolerated;
  private final Clock clock;
  private volatile @Nullable Loaded<T> last;
  private @Nullable Refresh<T> refresh;

  /// Reads the value from the other server; bounds its own time.
  @FunctionalInterface
  public interface Loader<T> {
    /// Reads the value now.
    ///
    /// @param previous the value before this one, to be returned again when it is unchanged
    T load(@Nullable T previous);
  }

  private record Loaded<T>(T value, Instant at) {}

  private record Refresh<T>(CompletableFuture<T> outcome, Instant began, long nanos) {}

  /// A snapshot that is read when it is first asked for.
  ///
  /// @param tolerated age up to which a value is used while the other server does not answer
  public RemoteSnapshot(Loader<T> loader, Duration tolerated, Clock clock) {
    this.loader = loader;
    this.tolerated = tolerated;
    this.clock = clock;
  }

  /// The cached value if it is younger than `age`, else a refreshed one; the cached one again when
  /// the refresh fails or takes more than a second.
  ///
  /// @throws ApiException of the loader, when it fails and no usable value is cached
  public T youngerThan(Duration age) {
    return get(age, GRACE);
  }

  /// The same for a caller whom the cached value does not serve: waits for the refresh to its end.
  public T refreshedWithin(Duration age) {
    return get(age, Duration.ofDays(1));
  }

  private T get(Duration age, Duration patience) {
    var known = last;
    if (known != null && isYounger(known, age)) {
      return known.value;
    }
    var running = refresh(age);
    return known != null && isYounger(known, tolerated)
        ? await(running, known.value, patience)
        : await(running);
  }

  /// Whether the cached value is younger than `age` and fulfils a condition.
  public boolean holds(Predicate<T> condition, Duration age) {
    var known = last;
    return known != null && condition.test(known.value) && isYounger(known, age);
  }

  private boolean isYounger(Loaded<T> loaded, Duration age) {
    return clock.instant().isBefore(loaded.at.plus(age));
  }

  /// The refresh under way, one that ended a moment ago, or a new one.
  private synchronized Refresh<T> refresh(Duration age) {
    var known = last;
    var running = refresh;
    if (running != null && (!running.outcome.isDone() || failedJustNow(running))) {
      return running;
    }
    if (known != null && isYounger(known, age)) {
      return started(CompletableFuture.completedFuture(known.value));
    }
    var fresh = started(new CompletableFuture<T>());
    refresh = fresh;
    var _ = Thread.ofVirtual().name("refresh").start(() -> load(fresh.outcome));
    return fresh;
  }

  private Refresh<T> started(CompletableFuture<T> outcome) {
    return new Refresh<>(outcome, clock.instant(), System.nanoTime());
  }

  private boolean failedJustNow(Refresh<T> ended) {
    return ended.outcome.isCompletedExceptionally()
        && clock.instant().isBefore(ended.began.plus(RETRY));
  }

  private void load(CompletableFuture<T> outcome) {
    var known = last;
    try {
      var value = loader.load(known == null ? null : known.value);
      last = new Loaded<>(value, clock.instant());
      outcome.complete(value);
    } catch (RuntimeException | Error e) {
      outcome.completeExceptionally(e);
    }
  }

  private static <T> T await(Refresh<T> running, T cached, Duration patience) {
    long left = patience.toNanos() - (System.nanoTime() - running.nanos);
    try {
      return running.outcome.get(Math.max(0, left), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException _) {
      return cached;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return cached;
    }
  }

  private static <T> T await(Refresh<T> running) {
    try {
      return running.outcome.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ApiException expected
          ? expected
          : new IllegalStateException("a refresh failed", e.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ApiException(new Failure.Unavailable("The request was interrupted"));
    }
  }
}
