package io.stabbur.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A reader that takes nothing: heartbeats overtake what waits for it, and it is closed once too
/// much waits, while others get everything.
class SlowReaderTest {
  private static TestServer server = TestServer.shared();

  @BeforeAll
  static void start() {
    server =
        RealtimeServer.start(Map.of("max-backlog", 60_000_000, "max-total-backlog", 80_000_000));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// A socket by hand, which reads when it is told to.
  private static final class Raw implements AutoCloseable {
    private final Socket socket;

    Raw() throws IOException {
      var uri = URI.create(server.url());
      socket = new Socket();
      socket.setReceiveBufferSize(16 * 1024);
      socket.connect(new java.net.InetSocketAddress(uri.getHost(), uri.getPort()));
      socket.setSoTimeout(10_000);
      var key = server.project().keys().anonKey().reveal();
      socket
          .getOutputStream()
          .write(
              ("GET /realtime/v1/websocket?vsn=2.0.0&apikey="
                      + key
                      + " HTTP/1.1\r\nHost: a\r\n"
                      + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      var head = new StringBuilder();
      while (!head.toString().endsWith("\r\n\r\n")) {
        head.append((char) socket.getInputStream().read());
      }
      assertThat(head).startsWith("HTTP/1.1 101");
    }

    void send(String text) throws IOException {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      // masked with zeros: the text stands as it is
      var frame = ByteBuffer.allocate(bytes.length + 8);
      frame.put((byte) 0x81);
      if (bytes.length < 126) {
        frame.put((byte) (0x80 | bytes.length)).putInt(0);
      } else {
        frame.put((byte) (0x80 | 126)).putShort((short) bytes.length).putInt(0);
      }
      frame.put(bytes);
      socket.getOutputStream().write(frame.array(), 0, frame.position());
    }

    /// The beginning of the next frame.
    String read() throws IOException {
      var in = new java.io.DataInputStream(socket.getInputStream());
      int kind = in.readUnsignedByte();
      int small = in.readUnsignedByte();
      long length = small == 126 ? in.readUnsignedShort() : small == 127 ? in.readLong() : small;
      var payload = in.readNBytes((int) length);
      return kind == 0x88
          ? "close " + ByteBuffer.wrap(payload).getShort()
          : new String(payload, 0, Math.min(payload.length, 200), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static final String MEGABYTE =
      "{\"type\":\"broadcast\",\"event\":\"e\",\"payload\":{\"x\":\""
          + "x".repeat(1_000_000)
          + "\"}}";

  /// R24
  @Test
  void heartbeatsOvertakeFiftyMegabytesOfBacklog() throws IOException {
    try (var slow = new Raw();
        var sender = Phoenix.connect(server)) {
      slow.send("[\"1\",\"1\",\"realtime:slow\",\"phx_join\",{\"config\":{}}]");
      assertThat(slow.read()).contains("phx_reply");
      sender.join("realtime:slow", "{\"broadcast\":{\"ack\":true}}");
      for (int i = 0; i < 50; i++) {
        sender.reply(sender.push("1", "realtime:slow", "broadcast", MEGABYTE));
      }
      slow.send("[null,\"hb\",\"phoenix\",\"heartbeat\",{}]");
      int before = 0;
      while (!slow.read().contains("\"hb\"")) {
        before++;
      }
      assertThat(before).as("messages before the reply").isLessThan(10);
      for (int i = before; i < 51; i++) {
        slow.read();
      }
    }
  }

  @Test
  void aReaderForWhomTooMuchWaitsIsClosedAndOthersGetEverything() throws IOException {
    try (var slow = new Raw();
        var reader = Phoenix.connect(server);
        var sender = Phoenix.connect(server)) {
      slow.send("[\"1\",\"1\",\"realtime:full\",\"phx_join\",{\"config\":{}}]");
      assertThat(slow.read()).contains("phx_reply");
      reader.join("realtime:full", "{}");
      sender.join("realtime:full", "{\"broadcast\":{\"ack\":true}}");
      for (int i = 0; i < 70; i++) {
        sender.reply(sender.push("1", "realtime:full", "broadcast", MEGABYTE));
        reader.event("broadcast");
      }
      Await.until("the slow one is gone", () -> isGone(slow));
      assertThat(reader.isOpen()).isTrue();
    }
  }

  /// Replies that overtake what waits have a bound too: they are kept outside of the heap.
  @Test
  void aClientThatSendsHeartbeatsAndReadsNothingIsClosed() throws IOException {
    try (var slow = new Raw()) {
      var heartbeat = "[null,\"%s\",\"phoenix\",\"heartbeat\",{}]".formatted("r".repeat(200));
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  slow.send(heartbeat);
                }
              })
          .isInstanceOf(SocketException.class);
    }
  }

  private static boolean isGone(Raw slow) {
    try {
      while (!slow.read().startsWith("close 1013")) {
        // what was on its way
      }
      return true;
    } catch (IOException e) {
      return true;
    }
  }
}
