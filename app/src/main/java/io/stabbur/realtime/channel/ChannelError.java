package io.stabbur.realtime.channel;

import io.stabbur.identity.Claims;
import java.time.Instant;

/// Why a join was refused or a channel is closed, in the original's words.
///
/// @param code of the reason of a join's refusal
/// @param text what follows the code, and the message of a `system` event
/// @param effect what happens to the socket
record ChannelError(String code, String text, Effect effect) {
  /// What happens to the socket of a refused join.
  enum Effect {
    NONE,
    DISCONNECT
  }

  ChannelError(String code, String text) {
    this(code, text, Effect.NONE);
  }

  /// The `reason` of an error reply.
  String reason() {
    return code + ": " + text;
  }

  static ChannelError expired(Claims claims, Instant now) {
    var end = claims.tree().get("exp");
    long seconds =
        end == null ? 0 : (long) Math.max(0, now.getEpochSecond() - end.getDoubleValue());
    return new ChannelError("InvalidJWTToken", "Token has expired " + seconds + " seconds ago");
  }

  static ChannelError mayNotRead(String topic) {
    return new ChannelError(
        "Unauthorized", "You do not have permissions to read from this Channel topic: " + topic);
  }
}
