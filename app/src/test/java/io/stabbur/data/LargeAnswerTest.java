package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Answers of 100 MB, JSON and CSV at once, from a server with a heap of 256 MB, as an operator
/// starts it. More readers of each: `-Dlarge.readers=4`.
@Tag("nightly")
class LargeAnswerTest {
  private static final int ROWS = 100_000;
  private static final int READERS = Integer.getInteger("large.readers", 1);
  private static final long HUNDRED_MEGABYTES = 100_000_000;

  private final Path folder = TestServer.newFolder();
  private final int port = TestServer.freePort();

  /// What a reader found.
  ///
  /// @param ends the first and the last character
  private record Read(int status, long bytes, String ends) {}

  @Test
  void manyLargeAnswersPassThroughASmallHeap() throws Exception {
    try (var up = up().awaitReady()) {
      var key = key();
      var reads = new ArrayList<Callable<Read>>();
      for (int reader = 0; reader < READERS; reader++) {
        reads.add(() -> read("/rest/v1/wide?order=id", "application/json", key));
        reads.add(() -> read("/rest/v1/wide?order=id", "text/csv", key));
      }
      try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (var answer : readers.invokeAll(reads)) {
          assertThat(answer.get().status).isEqualTo(200);
          assertThat(answer.get().bytes).isGreaterThan(HUNDRED_MEGABYTES);
          assertThat(answer.get().ends).isIn("[]", "ib");
        }
      }
      assertThat(read("/rest/v1/wide?id=eq.7", "text/csv", key).status).isEqualTo(200);
      assertThat(up.errors()).doesNotContain("OutOfMemoryError");
      assertThat(residentMegabytes(up.pid())).isLessThan(600);
    }
  }

  private Launched up() throws IOException {
    var migrations = Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-sql"));
    Files.writeString(
        migrations.resolve("20260101000000_wide.sql"),
        """
        create table public.wide (id int primary key, words text);
        insert into public.wide select n, repeat(md5(n::text), 32) from generate_series(1, %d) n;
        grant select on public.wide to service_role;
        """
            .formatted(ROWS));
    var settings = migrations.resolve("stabbur.yml");
    Files.writeString(
        settings,
        """
        stabbur:
          migrations: %s
          rest:
            max-rows: 0
        """
            .formatted(migrations));
    return Launched.startWithHeap(
        "256m",
        folder,
        "up",
        "--port",
        Integer.toString(port),
        "--data",
        folder.toString(),
        "--config",
        settings.toString());
  }

  private String key() throws IOException, InterruptedException {
    var env = Launched.run(folder, "status", "-o", "env", "--data", folder.toString()).getValue();
    var properties = new Properties();
    properties.load(new java.io.StringReader(env.replace("\"", "")));
    return properties.getProperty("SERVICE_ROLE_KEY");
  }

  /// Reads an answer to its end and keeps nothing of it.
  private Read read(String path, String type, String key) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .headers("apikey", key, "Accept", type)
            .build();
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (var body = answer.body()) {
        return drained(answer.statusCode(), body);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Read drained(int status, InputStream body) throws IOException {
    var piece = new byte[1 << 16];
    long bytes = 0;
    char first = 0;
    char last = 0;
    for (int count = body.read(piece); count >= 0; count = body.read(piece)) {
      if (count > 0) {
        first = bytes == 0 ? (char) piece[0] : first;
        last = (char) piece[count - 1];
        bytes += count;
      }
    }
    return new Read(status, bytes, "" + first + last);
  }

  private static long residentMegabytes(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status"), StandardCharsets.UTF_8).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0L);
  }
}
