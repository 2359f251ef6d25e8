package io.stabbur.realtime.channel;

import io.stabbur.realtime.room.Envelope;
import java.util.Arrays;

/// The payload of an event `postgres_changes`.
final class Changes {
  private Changes() {}

  /// `{"ids":[1,2],"data":{…}}`
  static byte[] payload(int[] ids, byte[] data) {
    var head = Envelope.utf8("{\"ids\":" + Arrays.toString(ids).replace(" ", "") + ",\"data\":");
    var all = Arrays.copyOf(head, head.length + data.length + 1);
    System.arraycopy(data, 0, all, head.length, data.length);
    all[all.length - 1] = '}';
    return all;
  }
}
