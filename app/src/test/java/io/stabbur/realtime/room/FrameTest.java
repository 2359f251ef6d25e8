package io.stabbur.realtime.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.stabbur.realtime.change.BroadcastSink.Body;
import io.stabbur.realtime.change.BroadcastSink.Room;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Frames as another implementation of the protocol reads them.
class FrameTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 16_383, 16_384, 65_535, 65_536, 3_000_000})
  void anyLengthIsReadByNetty(int length) {
    var decoder =
        new EmbeddedChannel(
            new WebSocket13FrameDecoder(
                WebSocketDecoderConfig.newBuilder()
                    .expectMaskedFrames(false)
                    .maxFramePayloadLength(5_000_000)
                    .build()));
    var text = "x".repeat(length);
    var frame = Frame.text(Envelope.utf8(text));
    decoder.writeInbound(frame.buffer());
    TextWebSocketFrame read = decoder.readInbound();
    assertThat(read.text()).isEqualTo(text);
    assertThat(frame.size()).isEqualTo(frame.buffer().readableBytes());
    read.release();
  }

  @Test
  void aBroadcastIsEncodedForEachVersionAsTheContractSays() {
    var topic = new TopicName("a\"ø", Room.PUBLIC);
    var text = new Broadcast(topic, new Broadcast.Content.Text(Envelope.utf8("{}")), null);
    assertThat(payload(text, Wire.V1))
        .isEqualTo(
            "{\"topic\":\"realtime:a\\\"ø\",\"event\":\"broadcast\",\"payload\":{},\"ref\":null}");
    assertThat(payload(text, Wire.V2))
        .isEqualTo("[null,null,\"realtime:a\\\"ø\",\"broadcast\",{}]");
    var bytes =
        new Broadcast(
            topic,
            new Broadcast.Content.Binary("e", new Body.Bytes(new byte[] {1, 2}), null),
            null);
    assertThat(bytes.frame(Wire.V1)).isEmpty();
    var frame = ByteBufUtil.getBytes(bytes.frame(Wire.V2).orElseThrow().buffer());
    assertThat(frame[0]).isEqualTo((byte) 0x82);
    assertThat(frame).endsWith((byte) 1, (byte) 2);
    assertThat(frame[2]).isEqualTo((byte) 4);
  }

  private static String payload(Broadcast broadcast, Wire wire) {
    var frame = ByteBufUtil.getBytes(broadcast.frame(wire).orElseThrow().buffer());
    return new String(frame, 2, frame.length - 2, StandardCharsets.UTF_8);
  }
}
