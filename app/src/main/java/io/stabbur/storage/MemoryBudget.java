package io.stabbur.storage;

import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.FairShare.Permit;
import io.stabbur.platform.share.Terms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Memory that many share, in turn between callers and their organisations ([FairShare]). Who wants
/// more than is free waits a little, and is then told to come again; who wants more than there is
/// gets all of it.
public final class MemoryBudget {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private final int most;
  private final String busy;
  private final @Nullable MemoryBudget whole;
  private final FairShare kilobytes;

  /// @param busy what is told to who must come again
  public MemoryBudget(long bytes, String busy) {
    this(bytes, busy, null);
  }

  private MemoryBudget(long bytes, String busy, @Nullable MemoryBudget whole) {
    this.most = Math.max(1, kilobytes(bytes));
    this.busy = busy;
    this.whole = whole;
    this.kilobytes = new FairShare(Terms.thirds(most, busy));
  }

  private static int kilobytes(long bytes) {
    return (int) Math.min(Integer.MAX_VALUE, bytes / 1024);
  }

  /// Two thirds of it, for some who shall leave something to others.
  MemoryBudget share() {
    return new MemoryBudget(most() / 3 * 2, busy, this);
  }

  public long most() {
    return most * 1024L;
  }

  /// Memory that the caller of this request holds from now on.
  public Held hold(long bytes) {
    var held = new Held();
    try {
      held.reserve(bytes);
      return held;
    } catch (ApiException e) {
      held.close();
      throw e;
    }
  }

  /// Memory for who can do without it, and then gets none.
  public @Nullable Held tryHold(long bytes) {
    var held = new Held();
    if (held.tryReserve(bytes)) {
      return held;
    }
    held.close();
    return null;
  }

  /// What one of those who share it holds: permits of this budget and of the ones above it.
  public final class Held implements AutoCloseable {
    private final List<Permit> permits = new ArrayList<>();
    private int held;

    private Held() {
      var share = Caller.currentShare();
      for (var at = MemoryBudget.this; at != null; at = at.whole) {
        permits.add(at.kilobytes.permit(share));
      }
    }

    /// Waits until so many bytes are held, those that are held already among them.
    void reserve(long bytes) {
      int wanted = missing(bytes);
      if (wanted > 0) {
        permits.forEach(permit -> permit.add(wanted, PATIENCE));
        held += wanted;
      }
    }

    private boolean tryReserve(long bytes) {
      int wanted = missing(bytes);
      held += wanted;
      return wanted <= 0 || permits.stream().allMatch(permit -> permit.tryAdd(wanted));
    }

    private int missing(long bytes) {
      return Math.min(most, kilobytes(bytes)) - held;
    }

    @Override
    public void close() {
      permits.forEach(Permit::close);
      held = 0;
    }
  }
}
