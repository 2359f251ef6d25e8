package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.FaultyProxy;
import io.stabbur.testing.Http;
import io.stabbur.testing.S3Store;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A store that fails a piece of a resumable upload, or a file of some megabytes, gets it again:
/// the client notices nothing.
@Tag("nightly")
class UploadStoreFailureTest {
  private static final int LENGTH = 8 << 20;
  private static final S3Store STORE = new S3Store();
  private static FaultyProxy proxy;
  private static TestServer server;

  @BeforeAll
  static void begin() throws IOException {
    STORE.start();
    proxy = new FaultyProxy(STORE.port());
    var prefix = "stabbur.projects.default.store-";
    server =
        TestServer.start(
            Map.of(
                prefix + "bucket",
                "objects",
                prefix + "endpoint",
                "http://127.0.0.1:" + proxy.port(),
                prefix + "access-key-id",
                "test-id",
                prefix + "secret-access-key",
                "test-secret"));
    var _ =
        send(
            "POST",
            "/bucket",
            BodyPublishers.ofString("{\"name\":\"pieces\"}"),
            "Content-Type",
            "application/json");
  }

  @AfterAll
  static void end() throws IOException {
    server.close();
    proxy.close();
    STORE.close();
  }

  /// A short piece is written as an object of its own, a long one as a part.
  @ParameterizedTest
  @CsvSource({"CUT_ONCE, 1048576", "CUT_ONCE, 8388608", "ERROR_ONCE, 8388608"})
  void aPieceThatTheStoreFailedIsSentAgain(FaultyProxy.Mode mode, int size) throws IOException {
    var path = create(mode + "-" + size);
    proxy.become(mode);

    var answer =
        send(
            "PATCH",
            path,
            BodyPublishers.ofByteArray(new byte[size]),
            "Upload-Offset",
            "0",
            "Content-Type",
            "application/offset+octet-stream");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    assertThat(answer.headers().firstValue("upload-offset")).hasValue(Integer.toString(size));
  }

  @Test
  void aFileThatTheStoreTookAPartOfIsSentAgain() throws IOException {
    proxy.become(FaultyProxy.Mode.CUT_ONCE);
    var answer =
        send("POST", "/object/pieces/whole", BodyPublishers.ofByteArray(new byte[1 << 20]));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static String create(String name) {
    var begun =
        send(
            "POST",
            "/upload/resumable",
            BodyPublishers.noBody(),
            "Upload-Length",
            Integer.toString(LENGTH),
            "Upload-Metadata",
            "bucketName %s,objectName %s".formatted(base64("pieces"), base64(name)));
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(201);
    return begun
        .headers()
        .firstValue("location")
        .orElse("")
        .replaceFirst("http://[^/]*/storage/v1", "");
  }

  private static HttpResponse<String> send(
      String method, String path, BodyPublisher body, String... headers) {
    var all = new ArrayList<>(Arrays.asList(headers));
    var key = server.project().keys().serviceRoleKey().reveal();
    all.addAll(List.of("Authorization", "Bearer " + key, "Tus-Resumable", "1.0.0"));
    return Http.sendBody(
        method, server.url() + "/storage/v1" + path, body, all.toArray(String[]::new));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
