package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// The quotas of a project: bytes of its files, of one file, of a body, and requests a second.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProjectQuotaTest {
  private static final String PROJECT = "stabbur.projects.default.";
  private static TestServer server = TestServer.shared();
  private static String key = "";

  @BeforeAll
  static void start() {
    server =
        TestServer.start(
            Map.of(
                PROJECT + "storage-bytes",
                10_000,
                PROJECT + "file-size-limit",
                6_000,
                PROJECT + "body-limit",
                4_000,
                PROJECT + "request-rate",
                20,
                "stabbur.migrate",
                false));
    key = server.project().keys().serviceRoleKey().reveal();
    assertThat(send("POST", "/storage/v1/bucket", "{\"name\":\"shelf\"}").statusCode())
        .isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> send(String method, String path, String body) {
    return Http.send(
        method,
        server.url() + path,
        body,
        "apikey",
        key,
        "Authorization",
        "Bearer " + key,
        "Content-Type",
        "application/json");
  }

  private static HttpResponse<String> upload(String name, int bytes) {
    return send("POST", "/storage/v1/object/shelf/" + name, "x".repeat(bytes));
  }

  @Test
  @Order(1)
  void filesHaveAsManyBytesAsTheProjectMay() {
    assertThat(upload("one", 5_000).statusCode()).isEqualTo(200);
    assertThat(upload("two", 4_000).statusCode()).isEqualTo(200);

    var refused = upload("three", 2_000);
    assertThat(refused.statusCode()).isEqualTo(402);
    assertThat(refused.body()).contains("exceed_storage_size_quota");
    assertThat(upload("four", 1_000).statusCode()).as("what fits").isEqualTo(200);
    var resumable = begin("five", 500);
    assertThat(resumable.statusCode()).isEqualTo(402);
    assertThat(send("GET", "/storage/v1/object/shelf/one", "").body()).hasSize(5_000);
    assertThat(send("POST", "/storage/v1/object/move", move("one", "six")).statusCode())
        .as("a move adds nothing")
        .isEqualTo(200);
    assertThat(send("DELETE", "/storage/v1/object/shelf/six", "").statusCode()).isEqualTo(200);
    Await.until("there is room again", () -> upload("three", 2_000).statusCode() == 200);
  }

  @Test
  @Order(2)
  void uploadsThatAreUnderWayDoNotShareRoom() {
    assertThat(begin("long", 2_000).statusCode()).isEqualTo(201);
    assertThat(begin("longer", 2_000).statusCode()).isEqualTo(402);
  }

  private static HttpResponse<String> begin(String name, int bytes) {
    return Http.send(
        "POST",
        server.url() + "/storage/v1/upload/resumable",
        "",
        "Authorization",
        "Bearer " + key,
        "Tus-Resumable",
        "1.0.0",
        "Upload-Length",
        Integer.toString(bytes),
        "Upload-Metadata",
        "bucketName %s,objectName %s".formatted(base64("shelf"), base64(name)));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String move(String from, String to) {
    return "{\"bucketId\":\"shelf\",\"sourceKey\":\"%s\",\"destinationKey\":\"%s\"}"
        .formatted(from, to);
  }

  @Test
  @Order(2)
  void whatStoresNothingNeedsNoRoomAndWhoMayNotStoreLearnsNothing() throws SQLException {
    var begun = begin("given-up", 500);
    assertThat(begun.statusCode()).isEqualTo(201);
    var address = begun.headers().firstValue("location").orElseThrow();
    // a size that is no number does not keep the rest from being counted
    insert("odd", "many");
    insert("huge", "999999999999999999");
    slowly(
        "it is full",
        () ->
            upload("too-much", 5_900).statusCode() == 402
                && upload("more-" + UUID.randomUUID(), 10).statusCode() == 402);

    assertThat(resumable("HEAD", address).statusCode()).isEqualTo(200);
    assertThat(resumable("DELETE", address).statusCode()).isEqualTo(204);
    var anonKey = server.project().keys().anonKey().reveal();
    var stranger =
        Http.send(
            "POST",
            server.url() + "/storage/v1/object/shelf/strange",
            "x",
            "apikey",
            anonKey,
            "Authorization",
            "Bearer " + anonKey);
    assertThat(stranger.body()).contains("row-level security").doesNotContain("quota");
    assertThat(send("DELETE", "/storage/v1/object/shelf/huge", "").statusCode()).isEqualTo(200);
    slowly("there is room again", () -> upload("last", 10).statusCode() == 200);
  }

  /// Asks seldom enough for the rate.
  private static void slowly(String what, BooleanSupplier holds) {
    Await.until(
        what,
        () -> {
          LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
          return holds.getAsBoolean();
        });
  }

  private static void insert(String name, String size) throws SQLException {
    var login = server.project().admin().login();
    try (var connection =
            DriverManager.getConnection(login.url(), login.user(), login.password().reveal());
        var insert =
            connection.prepareStatement(
                "insert into storage.objects (bucket_id, name, version, metadata)"
                    + " values ('shelf', ?, 'v', jsonb_build_object('size', ?::text))")) {
      insert.setString(1, name);
      insert.setString(2, size);
      insert.executeUpdate();
    }
  }

  private static HttpResponse<String> resumable(String method, String address) {
    return Http.send(
        method, address, null, "Authorization", "Bearer " + key, "Tus-Resumable", "1.0.0");
  }

  @Test
  @Order(3)
  void aFileAndABodyHaveAsManyBytesAsTheProjectAllows() {
    assertThat(upload("big", 6_001).body()).contains("EntityTooLarge");

    var body = "{\"a\":\"" + "x".repeat(4_000) + "\"}";
    assertThat(send("POST", "/rest/v1/rpc/nothing", body).statusCode()).isEqualTo(413);
    assertThat(send("POST", "/rest/v1/rpc/nothing", "{}").statusCode()).isEqualTo(404);
  }

  @Test
  @Order(3)
  void aBodyWithoutALengthIsNoWayAroundTheLimit() throws IOException, InterruptedException {
    var bytes = "{\"a\":\"%s\"}".formatted("x".repeat(4_000)).getBytes(StandardCharsets.UTF_8);
    var request =
        HttpRequest.newBuilder(URI.create(server.url() + "/rest/v1/rpc/nothing"))
            .version(HttpClient.Version.HTTP_1_1)
            .header("apikey", key)
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var refused = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(refused.body()).contains("Content-Length");
    }
  }

  @Test
  @Order(4)
  void whoHasNoKeyDoesNotUseUpTheRate() {
    for (int each = 0; each < 300; each++) {
      var refused = Http.get(server.url() + "/rest/v1/nothing", "apikey", "sb_publishable_wrong");
      assertThat(refused.statusCode()).isEqualTo(401);
    }
    assertThat(send("GET", "/rest/v1/nothing", "").statusCode()).isEqualTo(404);
  }

  @Test
  @Order(5)
  void requestsBeyondTheRateAreTooMany() {
    var served = new AtomicInteger();
    var refused = new AtomicInteger();
    long begin = System.nanoTime();
    try (var threads = Executors.newFixedThreadPool(8)) {
      for (int each = 0; each < 400; each++) {
        var _ =
            threads.submit(
                () -> {
                  int status = send("GET", "/rest/v1/nothing", "").statusCode();
                  (status == 429 ? refused : served).incrementAndGet();
                });
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;

    assertThat(refused.get()).isPositive();
    assertThat(served.get()).isLessThanOrEqualTo((int) (100 + 20 * seconds) + 1);
    assertThat(Http.get(server.url() + "/health/readiness").statusCode()).isEqualTo(200);
    Await.until("the next second", () -> send("GET", "/rest/v1/nothing", "").statusCode() == 404);
  }
}
