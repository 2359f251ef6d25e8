package io.stabbur.benchmark;

import io.stabbur.testing.S3Store;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// Files of 5 GB with a heap of 256 MB, 64 uploads at once, and how both compare with a plain copy
/// to the same disk; encrypted files beside clear ones; and an S3-compatible store behind Stabbur
/// beside the store's own client. `-Dgigabytes=1` makes it shorter, `-Dencrypted.only=true`
/// measures encryption alone, `-Dfolder.only=true` the comparison with a plain copy.
final class StorageBenchmark {
  private static final long LARGE = Integer.getInteger("gigabytes", 5) * (1L << 30);
  private static final int UPLOADS = 64;
  private static final int UPLOAD = 20 << 20;
  private static final long STORED = 512L << 20;
  private static final int ROUNDS = 3;
  private static final List<String> BUCKETS = List.of("b", "e");
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private StorageBenchmark() {}

  static void run() throws IOException, InterruptedException {
    System.out.println("                                  seconds    MB/s   of plain");
    boolean isOfFolder = Boolean.getBoolean("folder.only");
    if (!Boolean.getBoolean("encrypted.only")) {
      onAFolder();
    }
    if (!isOfFolder && !Boolean.getBoolean("encrypted.only")) {
      onAStore();
    }
    if (!isOfFolder) {
      encrypted();
    }
  }

  /// Clear and encrypted in turns, since other work on the machine changes from minute to minute;
  /// the best of each counts, and what the server's processor did for all of them.
  private static void encrypted() throws IOException, InterruptedException {
    var folder = TestServer.newFolder();
    try (var server = Server.start(folder, "")) {
      server.request("/bucket", "POST", HttpRequest.BodyPublishers.ofString("{\"name\":\"e\"}"));
      server.request(
          "/rules/e", "PUT", HttpRequest.BodyPublishers.ofString("{\"encrypt\":\"folder\"}"));
      for (var bucket : BUCKETS) {
        server.upload(bucket, "warm", 256 << 20);
        server.download(bucket, "warm");
      }
      var clear = new Rounds();
      var encrypted = new Rounds();
      for (int round = 0; round < ROUNDS; round++) {
        clear.add(server, "b");
        encrypted.add(server, "e");
      }
      print("clear upload, best of " + ROUNDS, LARGE, clear.up, clear.up);
      print("encrypted upload", LARGE, encrypted.up, clear.up);
      print("clear download", LARGE, clear.down, clear.down);
      print("encrypted download", LARGE, encrypted.down, clear.down);
      System.out.printf(
          "encrypted at a share of the clear speed of %.2f up, %.2f down; processor seconds of the"
              + " server for a GB: clear %.2f up, %.2f down, encrypted %.2f up, %.2f down%n",
          clear.up / encrypted.up,
          clear.down / encrypted.down,
          clear.upWork,
          clear.downWork,
          encrypted.upWork,
          encrypted.downWork);
      System.out.printf("most memory of the server: %d MB%n", server.memory());
    } finally {
      remove(folder);
    }
  }

  /// The least seconds of several rounds, and the least seconds of the processor.
  private static final class Rounds {
    private double up = Double.MAX_VALUE;
    private double down = Double.MAX_VALUE;
    private double upWork = Double.MAX_VALUE;
    private double downWork = Double.MAX_VALUE;

    void add(Server server, String bucket) throws IOException, InterruptedException {
      double begin = server.processorSeconds();
      up = Math.min(up, timed(() -> server.upload(bucket, "large", LARGE)));
      double between = server.processorSeconds();
      upWork = Math.min(upWork, between - begin);
      for (int reading = 0; reading < 3; reading++) {
        double before = server.processorSeconds();
        down = Math.min(down, timed(() -> server.download(bucket, "large")));
        downWork = Math.min(downWork, server.processorSeconds() - before);
      }
      server.request("/object/" + bucket + "/large", "DELETE", HttpRequest.BodyPublishers.noBody());
    }
  }

  private static void onAFolder() throws IOException, InterruptedException {
    var folder = TestServer.newFolder();
    try (var server = Server.start(folder, "")) {
      var plain = folder.resolve("plain");
      double written = timed(() -> write(plain, new Bytes(LARGE)));
      print("plain write and sync", LARGE, written, written);
      double copy = timed(() -> write(folder.resolve("copy"), Files.newInputStream(plain)));
      Files.delete(folder.resolve("copy"));
      print("plain copy and sync", LARGE, copy, copy);
      double up = timed(() -> server.upload("large", LARGE));
      print("upload, of the plain write", LARGE, up, written);
      print("upload, of the plain copy", LARGE, up, copy);
      double read = timed(() -> drain(Files.newInputStream(plain)));
      print("plain read", LARGE, read, read);
      Files.delete(plain);
      double down = timed(() -> server.download("large"));
      print("download, of the plain read", LARGE, down, read);
      print("download, of the plain copy", LARGE, down, copy);
      System.out.printf("most memory of the server: %d MB%n", server.memory());
      long all = (long) UPLOADS * UPLOAD;
      double copies =
          timed(() -> together(i -> write(folder.resolve("plain-" + i), new Bytes(UPLOAD))));
      print("64 plain writes at once", all, copies, copies);
      double uploads = timed(() -> together(i -> server.upload("at-once-" + i, UPLOAD)));
      print("64 uploads of 20 MB at once", all, uploads, copies);
      System.out.printf("most memory of the server: %d MB%n", server.memory());
    } finally {
      remove(folder);
    }
  }

  private static void onAStore() throws IOException, InterruptedException {
    var folder = TestServer.newFolder();
    var files = Files.createDirectories(folder.resolve("store"));
    try (var store = S3Store.onDisk(files)) {
      store.start();
      var settings =
          """
            projects:
              default:
                store-bucket: objects
                store-endpoint: %s
                store-access-key-id: test-id
                store-secret-access-key: test-secret
          """
              .formatted(store.settings().endpoint());
      try (var client = client(store);
          var server = Server.start(folder, settings)) {
        // both once before, so that neither pays for what is loaded at the first request
        put(client, "warm", 1 << 20);
        server.upload("warm", 1 << 20);
        double put = timed(() -> put(client, "own", STORED));
        print("the store's own client, up", STORED, put, put);
        print("through Stabbur, up", STORED, timed(() -> server.upload("own", STORED)), put);
        double get = timed(() -> drain(get(client, "own")));
        print("the store's own client, down", STORED, get, get);
        print("through Stabbur, down", STORED, timed(() -> server.download("own")), get);
      }
    } finally {
      remove(folder);
    }
  }

  private static S3Client client(S3Store store) {
    var settings = store.settings();
    return S3Client.builder()
        .region(Region.of(settings.region()))
        .endpointOverride(settings.endpoint())
        .forcePathStyle(true)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test-id", "test-secret")))
        .build();
  }

  private static void put(S3Client client, String key, long size) {
    client.putObject(
        r -> r.bucket("objects").key(key),
        RequestBody.fromContentProvider(() -> new Bytes(size), size, "application/pdf"));
  }

  private static ResponseInputStream<GetObjectResponse> get(S3Client client, String key) {
    return client.getObject(r -> r.bucket("objects").key(key));
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private interface Nth {
    void run(int number) throws IOException, InterruptedException;
  }

  private static double timed(Work work) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e9;
  }

  private static void together(Nth work) throws InterruptedException {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Callable<Boolean>>();
      for (int i = 0; i < UPLOADS; i++) {
        int number = i;
        all.add(
            () -> {
              work.run(number);
              return true;
            });
      }
      for (var each : threads.invokeAll(all)) {
        if (each.state() == java.util.concurrent.Future.State.FAILED) {
          throw new IllegalStateException(each.exceptionNow());
        }
      }
    }
  }

  private static void print(String what, long bytes, double seconds, double plain) {
    System.out.printf(
        "%-32s %8.1f %7.0f %9.2fx%n", what, seconds, bytes / 1e6 / seconds, seconds / plain);
  }

  private static void write(Path file, InputStream bytes) throws IOException {
    try (var out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var buffer = new byte[128 * 1024];
      for (int count; (count = bytes.read(buffer, 0, buffer.length)) > 0; ) {
        out.write(ByteBuffer.wrap(buffer, 0, count));
      }
      out.force(true);
    }
  }

  private static void drain(InputStream in) throws IOException {
    try (in) {
      copy(in, OutputStream.nullOutputStream());
    }
  }

  private static void copy(InputStream in, OutputStream out) throws IOException {
    var buffer = new byte[256 * 1024];
    for (int count; (count = in.read(buffer, 0, buffer.length)) > 0; ) {
      out.write(buffer, 0, count);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /// Bytes that look random and cost next to nothing to make.
  private static final class Bytes extends InputStream {
    private static final byte[] BLOCK = new byte[1 << 20];
    private long left;

    static {
      new Random(7).nextBytes(BLOCK);
    }

    Bytes(long size) {
      this.left = size;
    }

    @Override
    public int read() {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) {
      if (left == 0) {
        return -1;
      }
      int from = (int) (left % (BLOCK.length - length));
      int count = (int) Math.min(left, length);
      System.arraycopy(BLOCK, from, into, at, count);
      left -= count;
      return count;
    }
  }

  /// A server of its own with a small heap.
  private record Server(Process process, String url, String key) implements AutoCloseable {
    static Server start(Path folder, String more) throws IOException, InterruptedException {
      int port = TestServer.freePort();
      var config = folder.resolve("stabbur.yml");
      Files.writeString(
          config, "stabbur:\n  storage:\n    file-size-limit: " + (LARGE + 1) + "\n" + more);
      var process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-XX:+UseSerialGC",
                      "-XX:+UseCompactObjectHeaders",
                      "-XX:+ExitOnOutOfMemoryError",
                      "-Xmx256m",
                      "--enable-native-access=ALL-UNNAMED",
                      "--sun-misc-unsafe-memory-access=allow",
                      "-cp",
                      System.getProperty("java.class.path"),
                      "io.stabbur.Application",
                      "up",
                      "--port",
                      Integer.toString(port),
                      "--data",
                      folder.resolve("data").toString(),
                      "--config",
                      config.toString()))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      var url = "http://127.0.0.1:" + port;
      while (!answers(url)) {
        if (!process.isAlive()) {
          throw new IllegalStateException(Files.readString(folder.resolve("log")));
        }
        Thread.sleep(50);
      }
      var keys = Files.readString(folder.resolve("data/keys.json"));
      var key = keys.replaceAll("(?s).*\"service_role_key\"\\s*:\\s*\"([^\"]+)\".*", "$1");
      var server = new Server(process, url, key);
      server.request("/bucket", "POST", HttpRequest.BodyPublishers.ofString("{\"name\":\"b\"}"));
      return server;
    }

    private static boolean answers(String url) throws InterruptedException {
      try {
        return CLIENT
                .send(
                    HttpRequest.newBuilder(URI.create(url + "/health")).build(),
                    HttpResponse.BodyHandlers.discarding())
                .statusCode()
            == 200;
      } catch (IOException e) {
        return false;
      }
    }

    void upload(String name, long size) throws IOException {
      upload("b", name, size);
    }

    void upload(String bucket, String name, long size) throws IOException {
      exchange("POST /storage/v1/object/" + bucket + "/" + name, new Bytes(size), size);
    }

    private void request(String path, String method, HttpRequest.BodyPublisher body)
        throws IOException, InterruptedException {
      var answer =
          CLIENT.send(
              HttpRequest.newBuilder(URI.create(url + "/storage/v1" + path))
                  .header("Authorization", "Bearer " + key)
                  .header("Content-Type", "application/json")
                  .method(method, body)
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(path + ": " + answer.body());
      }
    }

    void download(String name) throws IOException {
      download("b", name);
    }

    void download(String bucket, String name) throws IOException {
      exchange("GET /storage/v1/object/" + bucket + "/" + name, InputStream.nullInputStream(), 0);
    }

    /// One request on a plain socket, which costs the machine less than a client that does more.
    private void exchange(String target, InputStream body, long size) throws IOException {
      var address = URI.create(url);
      try (var socket = new Socket(address.getHost(), address.getPort())) {
        var head =
            """
            %s HTTP/1.1\r
            Host: %s\r
            Authorization: Bearer %s\r
            Content-Type: application/octet-stream\r
            Content-Length: %d\r
            Connection: close\r
            \r
            """
                .formatted(target, address.getAuthority(), key, size);
        var out = socket.getOutputStream();
        out.write(head.getBytes(StandardCharsets.UTF_8));
        copy(body, out);
        var in = socket.getInputStream();
        var status = new String(in.readNBytes("HTTP/1.1 200".length()), StandardCharsets.UTF_8);
        if (!status.equals("HTTP/1.1 200")) {
          throw new IllegalStateException(target + ": " + status);
        }
        copy(in, OutputStream.nullOutputStream());
      }
    }

    /// What the process has used of the processors.
    double processorSeconds() {
      return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    /// The most memory the process has had, in MB.
    long memory() throws IOException {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(0);
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }
}
