package io.stabbur.platform.http;

import io.netty.channel.Channel;
import java.time.Duration;

/// How long a client takes nothing of what waits to be sent to it. A slow download that moves
/// counts as none.
final class OutputClock {
  private final Channel channel;
  private final long patience;
  private long pending;
  private long progress;
  private long movedAt = System.nanoTime();

  OutputClock(Channel channel, Duration patience) {
    this.channel = channel;
    this.patience = patience.toNanos();
  }

  /// Looks at what waits; whether anything does.
  boolean isPending(long now) {
    var buffer = channel.unsafe().outboundBuffer();
    long bytes = buffer == null ? 0 : buffer.totalPendingWriteBytes();
    long moved = buffer == null ? 0 : buffer.currentProgress();
    if (bytes == 0 || bytes != pending || moved != progress) {
      movedAt = now;
    }
    pending = bytes;
    progress = moved;
    return bytes > 0;
  }

  /// Nanoseconds until the client has used up its time.
  long left(long now) {
    return movedAt + patience - now;
  }
}
