package io.stabbur.realtime.channel;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a sweep over all sockets looks at.
///
/// @param now for the ends of tokens
/// @param keys whether the keys that sockets were opened with are looked at
/// @param accounts whose channels are judged again; see [#ALL]
record Check(Instant now, boolean keys, Set<UUID> accounts) {
  /// Among the accounts: everybody is judged again, since changes may have been missed.
  static final UUID ALL = new UUID(0, 0);

  /// Most accounts that are told apart.
  private static final int MOST_ACCOUNTS = 100;

  /// One look instead of an earlier one, which could not take place, and this one.
  Check with(@Nullable Check earlier) {
    if (earlier == null || earlier.accounts.isEmpty()) {
      return this;
    }
    var all = new HashSet<>(earlier.accounts);
    all.addAll(accounts);
    return new Check(now, keys, all.size() > MOST_ACCOUNTS ? Set.of(ALL) : all);
  }

  boolean concerns(UUID account) {
    return accounts.contains(account) || accounts.contains(ALL);
  }
}
