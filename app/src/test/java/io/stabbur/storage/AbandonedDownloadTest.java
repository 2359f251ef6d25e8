package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Clients that leave before the answer to a download begins leave no file open.
class AbandonedDownloadTest {
  private static final int SIZE = 2_000_000;
  private final TestServer server = TestServer.shared();
  private final StorageHttp http = new StorageHttp(server);

  @Test
  void aDownloadWhoseClientLeftBeforeItsAnswerIsClosed() throws Exception {
    var clear = http.bucket("");
    var encrypted = http.bucket("");
    http.put("/rules/" + encrypted, http.service(), "{\"encrypt\":\"folder\"}");
    var buckets = List.of(clear, encrypted);
    for (var bucket : buckets) {
      var stored =
          http.send(
              "POST",
              "/object/" + bucket + "/file",
              http.service(),
              Map.of("content-type", "application/pdf"),
              BodyPublishers.ofByteArray(new byte[SIZE]));
      assertThat(stored.status()).as(stored.text()).isEqualTo(200);
    }
    var login = server.project().admin().login();
    TestPostgres.execute(
        login,
        """
        create policy "slow downloads" on storage.objects for select to authenticated
        using (bucket_id in ('%s', '%s') and pg_sleep(0.4) is not null)
        """
            .formatted(clear, encrypted));
    try {
      leave(buckets, http.user(UUID.randomUUID()));
      // longer than the policy takes: by now each has been answered
      Thread.sleep(1_200);
      for (int i = 0; i < 40 && open(buckets) > 0; i++) {
        Thread.sleep(50);
      }
      assertThat(open(buckets)).isZero();
    } finally {
      TestPostgres.execute(login, "drop policy \"slow downloads\" on storage.objects");
    }
  }

  /// Several ask for a file of each bucket and leave while the policy is evaluated.
  private void leave(List<String> buckets, String token) throws Exception {
    var uri = URI.create(server.url());
    var sockets = new ArrayList<Socket>();
    for (int i = 0; i < 6; i++) {
      var socket = new Socket(uri.getHost(), uri.getPort());
      sockets.add(socket);
      socket
          .getOutputStream()
          .write(
              "GET /storage/v1/object/%s/file HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                  .formatted(buckets.get(i % 2), token)
                  .getBytes(StandardCharsets.US_ASCII));
    }
    Thread.sleep(200);
    for (var socket : sockets) {
      assertThat(socket.getInputStream().available()).isZero();
      socket.close();
    }
  }

  /// How many files of these buckets this process has open.
  private static long open(List<String> buckets) throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(file -> buckets.stream().anyMatch(target(file)::contains)).count();
    }
  }

  private static String target(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
