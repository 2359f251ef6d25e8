package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.http.Shutdown;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.S3Store;
import io.stabbur.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A process that ends while a body of a resumable upload arrives that takes longer than the
/// process may: what has arrived is kept, the client is told how much, and goes on elsewhere.
@Tag("nightly")
class UploadShutdownTest {
  private static final S3Store STORE = S3Store.onDisk(TestServer.newFolder());
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final int LENGTH = 12 << 20;
  private static final String DATA = TestServer.newFolder().toString();
  private static final byte[] BYTES = new byte[LENGTH];

  @BeforeAll
  static void begin() {
    STORE.start();
    new Random(7).nextBytes(BYTES);
  }

  @AfterAll
  static void end() {
    STORE.close();
  }

  private static TestServer start() {
    var prefix = "stabbur.projects.default.store-";
    return TestServer.start(
        Map.of(
            "stabbur.data",
            DATA,
            "stabbur.migrate",
            false,
            "stabbur.shutdown.limit",
            "6s",
            prefix + "bucket",
            "objects",
            prefix + "endpoint",
            "http://127.0.0.1:" + STORE.port(),
            prefix + "access-key-id",
            "test-id",
            prefix + "secret-access-key",
            "test-secret"));
  }

  @Test
  void whatHasArrivedIsKeptAndTold() throws Exception {
    var read = new AtomicInteger();
    String path;
    HttpResponse<String> answer;
    try (var server = start()) {
      send(server, "POST", "/bucket", "{\"name\":\"ended\"}".getBytes(StandardCharsets.UTF_8));
      path = create(server);
      var underWay = CompletableFuture.supplyAsync(() -> slowly(server, path, read));
      Await.until("bytes arrive", () -> read.get() > 300_000);
      server.bean(Shutdown.class).run();
      server.close();
      answer = underWay.join();
    }

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    int offset = Integer.parseInt(answer.headers().firstValue("upload-offset").orElse("0"));
    assertThat(offset).isBetween(300_000, LENGTH - 1);
    try (var server = start()) {
      var found = send(server, "HEAD", path, new byte[0]);
      assertThat(found.headers().firstValue("upload-offset")).hasValue(Integer.toString(offset));
      var rest =
          send(
              server,
              "PATCH",
              path,
              Arrays.copyOfRange(BYTES, offset, LENGTH),
              "Upload-Offset",
              Integer.toString(offset),
              "Content-Type",
              "application/offset+octet-stream");
      assertThat(rest.statusCode()).as(rest.body()).isEqualTo(204);
      assertThat(CrashWorker.sum(whole(server))).isEqualTo(CrashWorker.sum(BYTES));
    }
  }

  private static String create(TestServer server) {
    var begun =
        send(
            server,
            "POST",
            "/upload/resumable",
            new byte[0],
            "Upload-Length",
            Integer.toString(LENGTH),
            "Upload-Metadata",
            "bucketName %s,objectName %s".formatted(base64("ended"), base64("long")));
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
    return begun
        .headers()
        .firstValue("location")
        .orElse("")
        .replaceFirst("http://[^/]*/storage/v1", "");
  }

  private static HttpResponse<String> slowly(TestServer server, String path, AtomicInteger read) {
    return Http.sendBody(
        "PATCH",
        server.url() + "/storage/v1" + path,
        BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> slow(read)), LENGTH),
        "Authorization",
        "Bearer " + key(server),
        "Tus-Resumable",
        "1.0.0",
        "Upload-Offset",
        "0",
        "Content-Type",
        "application/offset+octet-stream");
  }

  /// About 40 seconds.
  private static InputStream slow(AtomicInteger total) {
    return new ByteArrayInputStream(BYTES) {
      @Override
      public synchronized int read(byte[] into, int at, int length) {
        try {
          Thread.sleep(50);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        int taken = super.read(into, at, Math.min(length, 16_384));
        total.addAndGet(Math.max(taken, 0));
        return taken;
      }
    };
  }

  private static byte[] whole(TestServer server) {
    return send(server, "GET", "/object/ended/long", new byte[0])
        .body()
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static HttpResponse<String> send(
      TestServer server, String method, String path, byte[] body, String... headers) {
    var all = new ArrayList<>(Arrays.asList(headers));
    all.addAll(List.of("Authorization", "Bearer " + key(server), "Tus-Resumable", "1.0.0"));
    if (!all.contains("Content-Type") && body.length > 0) {
      all.addAll(List.of("Content-Type", "application/json"));
    }
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + "/storage/v1" + path))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
            .headers(all.toArray(String[]::new))
            .build();
    try {
      return CLIENT.send(request, BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String key(TestServer server) {
    return server.project().keys().serviceRoleKey().reveal();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
