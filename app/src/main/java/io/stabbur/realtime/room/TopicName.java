package io.stabbur.realtime.room;

import io.stabbur.realtime.change.BroadcastSink;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A topic of a project. Public and private topics of one name are different rooms.
///
/// @param name without the prefix `realtime:`
public record TopicName(String name, BroadcastSink.Room room) {
  /// What every topic of a client begins with.
  public static final String PREFIX = "realtime:";

  /// Most bytes of a name or an event: binary frames have one byte for a length.
  public static final int LONGEST = 255;

  /// The topic as clients write it.
  public String onWire() {
    return PREFIX + name;
  }

  /// The topic of the same name in the other kind of room.
  TopicName other() {
    return new TopicName(
        name,
        switch (room) {
          case PUBLIC -> BroadcastSink.Room.PRIVATE;
          case PRIVATE -> BroadcastSink.Room.PUBLIC;
        });
  }

  /// `public` or `private`.
  String kind() {
    return room.name().toLowerCase(Locale.ROOT);
  }

  /// What comes before the first colon: the rest may name a person.
  String beginning() {
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  /// Whether a text fits the header of a binary frame.
  public static boolean fits(String text) {
    return text.length() <= LONGEST && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
  }

  /// Whether the topic fits the header of a binary frame.
  public boolean fits() {
    return fits(onWire());
  }
}
