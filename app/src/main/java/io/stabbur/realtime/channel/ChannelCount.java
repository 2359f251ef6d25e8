package io.stabbur.realtime.channel;

import org.jspecify.annotations.Nullable;

/// What operators see of a channel; written on its lane alone, and read from anywhere.
final class ChannelCount {
  volatile long in;
  volatile long out;
  volatile @Nullable String lastError;
}
