package io.stabbur.platform.share;

/// How many permits there are, and how they are divided.
///
/// @param part permits that are guaranteed to each caller and to each group
/// @param queue most waiting requests of one caller; one more is refused
/// @param busy what a caller is told that waited in vain
public record Terms(int capacity, int part, int queue, String busy) {
  public Terms {
    part = Math.clamp(part, 1, Math.max(1, capacity));
  }

  /// A third is guaranteed, and queues have no limit.
  public static Terms thirds(int capacity, String busy) {
    return new Terms(capacity, capacity / 3, Integer.MAX_VALUE, busy);
  }

  /// Most permits of one among so many that are active.
  int limit(int active) {
    int alone = Math.max(part, capacity - part);
    return Math.clamp(capacity / Math.max(1, active), part, alone);
  }
}
