package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.storage.upkeep.Sweeper;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Clients that send or take nothing for too long are cut off, and what they began is not kept.
class SlowClientTest {
  private static final TestServer SERVER =
      TestServer.start(Map.of("micronaut.server.idle-timeout", "2s"));
  private final StorageHttp http = new StorageHttp(SERVER);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static Socket open() throws IOException {
    var uri = URI.create(SERVER.url());
    var socket = new Socket();
    // so that little fits between the two
    socket.setReceiveBufferSize(64 * 1024);
    socket.connect(new java.net.InetSocketAddress(uri.getHost(), uri.getPort()));
    socket.setSoTimeout(15_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  @Test
  void anUploadThatStopsIsCutOffAndLeavesNothing() throws Exception {
    var bucket = http.bucket("");
    try (var socket = open()) {
      send(
          socket,
          "POST /storage/v1/object/%s/slow HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nhalf"
              .formatted(bucket, http.service()));
      assertThat(endsWithin(socket)).isTrue();
    }
    for (int i = 0; i < 100 && waiting(bucket) > 0; i++) {
      SERVER.bean(Sweeper.class).sweep(http.project());
      Thread.sleep(50);
    }
    assertThat(waiting(bucket)).isZero();
    assertThat(http.count("select count(*) from storage.objects where bucket_id = ?", bucket))
        .isZero();
  }

  private long waiting(String bucket) {
    return http.count(
        "select count(*) from stabbur_storage.byte_removals where bucket_id = ?", bucket);
  }

  private static boolean endsWithin(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        // an answer may come before the end
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void aDownloadThatIsNotTakenIsCutOff() throws Exception {
    var bucket = http.bucket("");
    var size = 40 << 20;
    var stored =
        http.send(
            "POST",
            "/object/" + bucket + "/large",
            http.service(),
            Map.of("content-type", "application/pdf"),
            BodyPublishers.ofByteArray(new byte[size]));
    assertThat(stored.status()).as(stored.text()).isEqualTo(200);
    try (var socket = open()) {
      send(
          socket,
          "GET /storage/v1/object/%s/large HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
              .formatted(bucket, http.service()));
      assertThat(socket.getInputStream().readNBytes(1000)).hasSize(1000);
      Thread.sleep(5_000);
      assertThat(rest(socket)).isLessThan(size - 1000);
    }
  }

  private static long rest(Socket socket) {
    var buffer = new byte[64 * 1024];
    long size = 0;
    try {
      for (int count; (count = socket.getInputStream().read(buffer)) >= 0; ) {
        size += count;
      }
    } catch (IOException e) {
      return size;
    }
    return size;
  }
}
