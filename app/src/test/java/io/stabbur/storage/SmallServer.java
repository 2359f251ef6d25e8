package io.stabbur.storage;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.StringReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/// Stabbur as a process of its own with so little memory that whatever takes more than its share
/// ends it.
final class SmallServer implements AutoCloseable {
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path folder;
  private final String url;
  private final Launched process;
  private final Properties status = new Properties();

  private SmallServer(Path folder, int port, Launched process) {
    this.folder = folder;
    this.url = "http://127.0.0.1:" + port;
    this.process = process;
  }

  static SmallServer start(String heap) throws IOException, InterruptedException {
    var folder = TestServer.newFolder();
    var config = folder.resolve("stabbur.yml");
    Files.writeString(config, "stabbur:\n  storage:\n    sweep-every: 200ms\n");
    int port = TestServer.freePort();
    var process =
        Launched.startWithHeap(
            heap, folder, "up", "--port", Integer.toString(port), "--config", config.toString());
    var server = new SmallServer(folder, port, process.awaitReady());
    var env = Launched.run(folder, "status", "-o", "env").getValue();
    server.status.load(new StringReader(env.replace("\"", "")));
    return server;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long peakMegabytes() throws IOException {
    return process.peakMegabytes();
  }

  /// One request of the service role.
  StorageHttp.Answer send(
      String method, String path, BodyPublisher body, Map<String, String> headers) {
    var all = new TreeMap<>(headers);
    all.put("Authorization", "Bearer " + status.getProperty("SERVICE_ROLE_KEY"));
    return exchange(method, path, body, all);
  }

  private StorageHttp.Answer exchange(
      String method, String path, BodyPublisher body, Map<String, String> headers) {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/storage/v1" + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, body);
    headers.forEach(request::header);
    try {
      return new StorageHttp.Answer(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new IllegalStateException(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// A request whose body begins and never ends.
  Socket stalled(String path, int announced, int sent) throws IOException {
    var address = URI.create(url);
    var socket = new Socket(address.getHost(), address.getPort());
    var head =
        "POST /storage/v1%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, status.getProperty("SERVICE_ROLE_KEY"), announced);
    socket.getOutputStream().write(bytes(head + " ".repeat(sent)));
    socket.getOutputStream().flush();
    return socket;
  }

  StorageHttp.Answer json(String method, String path, String json) {
    return send(
        method, path, BodyPublishers.ofString(json), Map.of("Content-Type", "application/json"));
  }

  /// One request by the S3 protocol, signed with the project's key, its body left unsigned.
  StorageHttp.Answer s3(String method, String path, Map<String, String> query, String body) {
    var date = DATE.format(Instant.now().atOffset(ZoneOffset.UTC));
    var scope = date.substring(0, 8) + "/us-east-1/s3/aws4_request";
    var parameters = new StringBuilder();
    new TreeMap<>(query)
        .forEach(
            (name, value) ->
                parameters
                    .append(parameters.isEmpty() ? "" : "&")
                    .append(name)
                    .append('=')
                    .append(value));
    var canonical =
        String.join(
            "\n",
            method,
            "/storage/v1/s3" + path,
            parameters,
            "host:" + URI.create(url).getAuthority(),
            "x-amz-content-sha256:UNSIGNED-PAYLOAD",
            "x-amz-date:" + date,
            "",
            "host;x-amz-content-sha256;x-amz-date",
            "UNSIGNED-PAYLOAD");
    var toSign = String.join("\n", "AWS4-HMAC-SHA256", date, scope, Crypto.sha256Hex(canonical));
    var key = bytes("AWS4" + status.getProperty("S3_PROTOCOL_ACCESS_KEY_SECRET"));
    for (var part : scope.split("/", -1)) {
      key = Crypto.hmacSha256(key, bytes(part));
    }
    var signature = HexFormat.of().formatHex(Crypto.hmacSha256(key, bytes(toSign)));
    return exchange(
        method,
        "/s3" + path + (parameters.isEmpty() ? "" : "?" + parameters),
        BodyPublishers.ofString(body),
        Map.of(
            "x-amz-date",
            date,
            "x-amz-content-sha256",
            "UNSIGNED-PAYLOAD",
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=%s"
                .formatted(status.getProperty("S3_PROTOCOL_ACCESS_KEY_ID"), scope, signature)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// One number from the database.
  long count(String sql) throws SQLException {
    var address = URI.create(status.getProperty("DB_URL"));
    var user = address.getUserInfo().split(":", 2);
    try (var connection =
            DriverManager.getConnection(
                "jdbc:postgresql://%s:%d%s"
                    .formatted(address.getHost(), address.getPort(), address.getPath()),
                user[0],
                user[1]);
        var rows = connection.createStatement().executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /// How many files there are below the folder of objects, those being written among them.
  long files() throws IOException {
    var files = new AtomicLong();
    Files.walkFileTree(
        folder.resolve("data/objects"),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            files.incrementAndGet();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            // removed in between
            return FileVisitResult.CONTINUE;
          }
        });
    return files.get();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.close();
  }
}
