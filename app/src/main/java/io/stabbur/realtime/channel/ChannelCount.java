package io.stabbur.realtime.channel;

import org.jspecify.annotations.Nullable;

/// What operators see of a channel; written on its lane alone, and read from anywhere.
final class ChannelCount {
  private volatile long in;
  private volatile long out;
  volatile @Nullable String lastError;

  @SuppressWarnings("NonAtomicVolatileUpdate") // on the lane alone
  void received() {
    in++;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // on the lane alone
  void sent() {
    out++;
  }

  long in() {
    return in;
  }

  long out() {
    return out;
  }
}
