package io.stabbur.platform.http;

import java.time.Duration;

/// How long a body's sender lets the server wait. Only time in which the server wants to read
/// counts, so a body that the server takes slowly is not held against its sender; and each 500
/// bytes are good for a second more, so a large file may take as long as a slow line needs.
final class BodyClock {
  private static final long NANOS_PER_BYTE = 1_000_000_000L / 500;

  private final long patience;
  private boolean wanted;
  private long wantedSince;
  private long waited;
  private long bytes;

  BodyClock(Duration patience) {
    this.patience = patience.toNanos();
  }

  void begin(long now) {
    waited = 0;
    bytes = 0;
    wantedSince = now;
  }

  /// The server wants to read.
  void want(long now) {
    if (!wanted) {
      wanted = true;
      wantedSince = now;
    }
  }

  void receive(int count, long now) {
    bytes += count;
    pause(now);
    wanted = true;
  }

  /// The server has read what there was.
  void stop(long now) {
    pause(now);
    wanted = false;
  }

  private void pause(long now) {
    if (wanted) {
      waited += now - wantedSince;
    }
    wantedSince = now;
  }

  /// Nanoseconds until the sender has used up its time; none are left when this is not positive.
  long left(long now) {
    long waiting = waited + (wanted ? now - wantedSince : 0);
    return patience + bytes * NANOS_PER_BYTE - waiting;
  }
}
