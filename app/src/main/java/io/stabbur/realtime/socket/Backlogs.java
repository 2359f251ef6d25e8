package io.stabbur.realtime.socket;

import java.util.concurrent.atomic.AtomicLong;

/// The bytes that wait for slow readers, of one and of all together.
final class Backlogs {
  /// What any one may have waiting even while all together have too much.
  private static final long SMALL = 64 * 1024;

  private final long mostOfOne;
  private final long mostOfAll;
  private final AtomicLong all = new AtomicLong();

  Backlogs(long mostOfOne, long mostOfAll) {
    this.mostOfOne = mostOfOne;
    this.mostOfAll = mostOfAll;
  }

  /// Counts more bytes of one reader.
  ///
  /// @param waiting what waits for it now
  /// @return whether it may go on
  boolean add(long bytes, long waiting) {
    long total = all.addAndGet(bytes);
    return waiting <= mostOfOne && (total <= mostOfAll || waiting <= SMALL);
  }

  void remove(long bytes) {
    all.addAndGet(-bytes);
  }
}
