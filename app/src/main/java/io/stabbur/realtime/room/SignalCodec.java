package io.stabbur.realtime.room;

import io.stabbur.realtime.change.BroadcastSink;
import io.stabbur.realtime.change.BroadcastSink.Body;
import io.stabbur.realtime.room.Signal.Content;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Signals to bytes and back. Replicas of one project run one version, so there is no version in
/// it; what cannot be read is an error of the sender and ends in an exception.
final class SignalCodec {
  private static final int TEXT = 0;
  private static final int JSON = 1;
  private static final int BYTES = 2;

  private SignalCodec() {}

  static byte[] write(Signal signal) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      text(out, signal.replica());
      out.writeLong(signal.number());
      write(out, signal.content());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// @throws IOException for bytes that no signal has
  static Signal read(byte[] bytes) throws IOException {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return new Signal(text(in), in.readLong(), content(in));
    }
  }

  private static void write(DataOutputStream out, Content content) throws IOException {
    switch (content) {
      case Content.Message(var broadcast) -> {
        out.writeByte('M');
        broadcast(out, broadcast);
      }
      case Content.Present(var topic, var joins, var leaves) -> {
        out.writeByte('P');
        topic(out, topic);
        presences(out, joins);
        presences(out, leaves);
      }
      case Content.All(var topic, var all) -> {
        out.writeByte('T');
        topic(out, topic);
        presences(out, all);
      }
      case Content.StateBegin() -> out.writeByte('S');
      case Content.StateEnd() -> out.writeByte('E');
      case Content.Hello() -> out.writeByte('H');
      case Content.Alive() -> out.writeByte('A');
      case Content.Bye() -> out.writeByte('B');
    }
  }

  private static Content content(DataInputStream in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case 'M' -> new Content.Message(broadcast(in));
      case 'P' -> new Content.Present(topic(in), presences(in), presences(in));
      case 'T' -> new Content.All(topic(in), presences(in));
      case 'S' -> new Content.StateBegin();
      case 'E' -> new Content.StateEnd();
      case 'H' -> new Content.Hello();
      case 'A' -> new Content.Alive();
      case 'B' -> new Content.Bye();
      default -> throw new IOException("no signal is of kind " + kind);
    };
  }

  private static void broadcast(DataOutputStream out, Broadcast broadcast) throws IOException {
    topic(out, broadcast.topic());
    switch (broadcast.content()) {
      case Broadcast.Content.Text(var payload) -> {
        out.writeByte(TEXT);
        bytes(out, payload);
      }
      case Broadcast.Content.Binary(var event, Body.Json(var json), var meta) -> {
        out.writeByte(JSON);
        text(out, event);
        text(out, meta == null ? "" : meta);
        bytes(out, json);
      }
      case Broadcast.Content.Binary(var event, Body.Bytes(var opaque), var meta) -> {
        out.writeByte(BYTES);
        text(out, event);
        text(out, meta == null ? "" : meta);
        bytes(out, opaque);
      }
    }
  }

  private static Broadcast broadcast(DataInputStream in) throws IOException {
    var topic = topic(in);
    int kind = in.readByte();
    if (kind == TEXT) {
      return new Broadcast(topic, new Broadcast.Content.Text(bytes(in)), null);
    }
    var event = text(in);
    var meta = text(in);
    var body = kind == JSON ? new Body.Json(bytes(in)) : new Body.Bytes(bytes(in));
    return new Broadcast(
        topic, new Broadcast.Content.Binary(event, body, meta.isEmpty() ? null : meta), null);
  }

  private static void topic(DataOutputStream out, TopicName topic) throws IOException {
    out.writeBoolean(topic.room() == BroadcastSink.Room.PRIVATE);
    text(out, topic.name());
  }

  private static TopicName topic(DataInputStream in) throws IOException {
    var room = in.readBoolean() ? BroadcastSink.Room.PRIVATE : BroadcastSink.Room.PUBLIC;
    return new TopicName(text(in), room);
  }

  private static void presences(DataOutputStream out, List<Presence> all) throws IOException {
    out.writeInt(all.size());
    for (var each : all) {
      text(out, each.key());
      text(out, each.ref());
      text(out, each.meta());
      text(out, each.replica());
    }
  }

  private static List<Presence> presences(DataInputStream in) throws IOException {
    var all = new ArrayList<Presence>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      all.add(new Presence(text(in), text(in), text(in), "", text(in)));
    }
    return all;
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    bytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("a signal ends early");
    }
    return bytes;
  }
}
