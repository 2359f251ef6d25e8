package io.stabbur.realtime.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.stabbur.platform.json.Json;
import io.stabbur.realtime.change.BroadcastSink.Body;
import io.stabbur.realtime.channel.Push;
import io.stabbur.realtime.channel.Push.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads binary frames of clients: Phoenix' push (kind 0) and a user's broadcast (kind 3). Each
/// length is one byte and counts UTF-8 bytes.
final class BinaryFrames {
  private static final int PUSH = 0;
  private static final int USER_BROADCAST = 3;
  private static final int OPAQUE = 0;
  private static final int JSON = 1;

  private BinaryFrames() {}

  /// The push of a frame; none of a frame that is malformed.
  static Optional<Push> read(ByteBuf frame) {
    try {
      int kind = frame.readUnsignedByte();
      return switch (kind) {
        case PUSH -> push(frame);
        case USER_BROADCAST -> userBroadcast(frame);
        default -> Optional.empty();
      };
    } catch (IndexOutOfBoundsException | CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static Optional<Push> push(ByteBuf frame) throws CharacterCodingException {
    var lengths = lengths(frame, 4);
    var joinRef = text(frame, lengths[0]);
    var ref = text(frame, lengths[1]);
    var topic = text(frame, lengths[2]);
    var event = text(frame, lengths[3]);
    var payload = new Payload.UserBroadcast(event, new Body.Bytes(ByteBufUtil.getBytes(frame)));
    return Optional.of(new Push(orNull(joinRef), orNull(ref), topic, event, payload));
  }

  private static Optional<Push> userBroadcast(ByteBuf frame) throws CharacterCodingException {
    var lengths = lengths(frame, 5);
    int encoding = frame.readUnsignedByte();
    var joinRef = text(frame, lengths[0]);
    var ref = text(frame, lengths[1]);
    var topic = text(frame, lengths[2]);
    var event = text(frame, lengths[3]);
    frame.skipBytes(lengths[4]);
    return body(encoding, ByteBufUtil.getBytes(frame))
        .map(
            body ->
                new Push(
                    orNull(joinRef),
                    orNull(ref),
                    topic,
                    "broadcast",
                    new Payload.UserBroadcast(event, body)));
  }

  private static Optional<Body> body(int encoding, byte[] payload) {
    return switch (encoding) {
      case OPAQUE -> Optional.of(new Body.Bytes(payload));
      case JSON -> isJson(payload) ? Optional.of(new Body.Json(payload)) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static boolean isJson(byte[] payload) {
    return Json.isValid(payload);
  }

  private static int[] lengths(ByteBuf frame, int count) {
    var lengths = new int[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = frame.readUnsignedByte();
    }
    return lengths;
  }

  private static String text(ByteBuf frame, int length) throws CharacterCodingException {
    var bytes = new byte[length];
    frame.readBytes(bytes);
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
