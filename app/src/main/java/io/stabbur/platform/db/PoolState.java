package io.stabbur.platform.db;

/// What a pool's connections do at this moment.
///
/// @param limit how many there may be
/// @param open how many there are
/// @param idle how many of them nobody uses
/// @param waiting how many threads wait for one
/// @param timeouts how often a thread waited in vain
public record PoolState(int limit, int open, int idle, int waiting, long timeouts) {
  /// How many could be had at once, those that are yet to be opened included.
  public int available() {
    return limit - open + idle;
  }
}
