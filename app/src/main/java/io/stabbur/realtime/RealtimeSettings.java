package io.stabbur.realtime;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/// The settings of sockets and channels, under `stabbur.realtime`. Limits are for each project and
/// process; 0 is none.
///
/// @param maxConnections most sockets at once
/// @param maxChannels most channels of one socket
/// @param maxJoins most joins a second, on average over a minute
/// @param maxMessages most messages a second, pushes and deliveries together, on average over a
///   minute
/// @param maxPresence most presence calls and their deliveries a second, on average over a minute
/// @param clientPresence most presence calls of one channel of one socket in `clientPresenceWindow`
/// @param maxPayload most bytes of the payload of one broadcast
/// @param maxBacklog most bytes that wait for one slow reader before its socket is closed
/// @param maxTotalBacklog most bytes that wait for all slow readers; 0 for an eighth of the heap
/// @param idleTimeout how long a socket may send nothing, not even a heartbeat
/// @param emptyTimeout how long a socket may be open without a channel
/// @param refusalDelay how long the answer to a refused connection waits
/// @param errorDelay how long the answer to a refused join waits
/// @param authorizationsAtOnce most questions about policies that are asked at the same time
/// @param tokenCheck how often the token of an open channel is verified again
/// @param privateOnly refuses channels that are not private
/// @param signOut what an `access_token` event without a user's token does to an open channel
@ConfigurationProperties("stabbur.realtime")
public record RealtimeSettings(
    @Bindable(defaultValue = "0") int maxConnections,
    @Bindable(defaultValue = "100") int maxChannels,
    @Bindable(defaultValue = "0") int maxJoins,
    @Bindable(defaultValue = "0") int maxMessages,
    @Bindable(defaultValue = "0") int maxPresence,
    @Bindable(defaultValue = "5") int clientPresence,
    @Bindable(defaultValue = "30s") Duration clientPresenceWindow,
    @Bindable(defaultValue = "3000000") int maxPayload,
    @Bindable(defaultValue = "16777216") long maxBacklog,
    @Bindable(defaultValue = "0") long maxTotalBacklog,
    @Bindable(defaultValue = "60s") Duration idleTimeout,
    @Bindable(defaultValue = "10m") Duration emptyTimeout,
    @Bindable(defaultValue = "2s") Duration refusalDelay,
    @Bindable(defaultValue = "5s") Duration errorDelay,
    @Bindable(defaultValue = "3") int authorizationsAtOnce,
    @Bindable(defaultValue = "5m") Duration tokenCheck,
    @Bindable(defaultValue = "false") boolean privateOnly,
    @Bindable(defaultValue = "ignored") SignOut signOut) {

  private static final int HEAP_SHARE = 8;

  public RealtimeSettings {
    if (maxPayload <= 0 || maxBacklog <= 0 || authorizationsAtOnce <= 0) {
      throw new IllegalArgumentException(
          "max-payload, max-backlog and authorizations-at-once under stabbur.realtime must be"
              + " positive");
    }
  }

  /// The limit of all backlogs in bytes, as it is in force.
  public long totalBacklog() {
    return maxTotalBacklog > 0 ? maxTotalBacklog : Runtime.getRuntime().maxMemory() / HEAP_SHARE;
  }

  /// What happens to an open channel whose client no longer has a user's token.
  public enum SignOut {
    /// Nothing, as with the original: the channel keeps its rights until the token expires.
    IGNORED,
    /// The channel goes on with the rights of the key the socket was opened with.
    KEY
  }
}
