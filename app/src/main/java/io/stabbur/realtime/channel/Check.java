package io.stabbur.realtime.channel;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/// What a sweep over all sockets looks at.
///
/// @param now for the ends of tokens
/// @param keys whether the keys that sockets were opened with are looked at
/// @param accounts whose channels are judged again; see [#ALL]
record Check(Instant now, boolean keys, Set<UUID> accounts) {
  /// Among the accounts: everybody is judged again, since changes may have been missed.
  static final UUID ALL = new UUID(0, 0);

  boolean concerns(UUID account) {
    return accounts.contains(account) || accounts.contains(ALL);
  }
}
