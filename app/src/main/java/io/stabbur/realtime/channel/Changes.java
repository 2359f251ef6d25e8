package io.stabbur.realtime.channel;

import io.stabbur.realtime.room.Envelope;
import io.stabbur.realtime.room.Frame;
import io.stabbur.realtime.room.Wire;
import java.util.Arrays;

/// The frames of events `postgres_changes` of one channel. What is written before the change itself
/// is kept: most events of a channel are for the same bindings.
final class Changes {
  private final Wire wire;
  private final String topic;
  private int[] ids = {};
  private byte[] before = {};
  private final byte[] after;

  Changes(Wire wire, String topic) {
    this.wire = wire;
    this.topic = topic;
    this.after = Envelope.utf8("}" + Envelope.end(wire));
  }

  /// An event with the payload `{"ids":[1,2],"data":{…}}`.
  Frame frame(int[] bindings, byte[] data) {
    if (before.length == 0 || !Arrays.equals(ids, bindings)) {
      ids = bindings;
      before =
          Envelope.utf8(
              Envelope.begin(wire, topic, "postgres_changes")
                  + "{\"ids\":"
                  + Arrays.toString(bindings).replace(" ", "")
                  + ",\"data\":");
    }
    return Frame.text(before, data, after);
  }
}
