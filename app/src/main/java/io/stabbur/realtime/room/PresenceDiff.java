package io.stabbur.realtime.room;

import org.jspecify.annotations.Nullable;

/// Who came and who left, encoded once for each version of the protocol.
public final class PresenceDiff {
  private final TopicName topic;
  private final long number;
  private final byte[] json;
  private volatile @Nullable Frame v1;
  private volatile @Nullable Frame v2;

  /// @param number counts the diffs of a topic: a member that got the state after diff 7 needs 8
  /// @param json `{"joins":{…},"leaves":{…}}`
  PresenceDiff(TopicName topic, long number, byte[] json) {
    this.topic = topic;
    this.number = number;
    this.json = json;
  }

  public long number() {
    return number;
  }

  /// Bytes of its JSON.
  public int size() {
    return json.length;
  }

  public Frame frame(Wire wire) {
    var known =
        switch (wire) {
          case V1 -> v1;
          case V2 -> v2;
        };
    return known == null ? keep(wire, encode(wire)) : known;
  }

  private Frame keep(Wire wire, Frame made) {
    switch (wire) {
      case V1 -> v1 = made;
      case V2 -> v2 = made;
    }
    return made;
  }

  private Frame encode(Wire wire) {
    return Envelope.of(wire, null, null, topic.onWire(), "presence_diff", json);
  }
}
