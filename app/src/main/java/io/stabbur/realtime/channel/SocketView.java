package io.stabbur.realtime.channel;

import java.time.Instant;
import java.util.List;

/// What operators see of a socket.
///
/// @param id names it as long as it is open
/// @param protocol `1.0.0` or `2.0.0`
/// @param role of the key it was opened with
public record SocketView(
    String id, String protocol, String role, Instant opened, List<ChannelView> channels) {
  SocketView uncounted() {
    return new SocketView(
        id, protocol, role, opened, channels.stream().map(ChannelView::uncounted).toList());
  }
}
