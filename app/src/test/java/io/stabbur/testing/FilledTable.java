package io.stabbur.testing;

import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/// A table that a test fills by the data API until there is no room for more.
public record FilledTable(TestServer server) {
  /// Makes the table in the server's database.
  public static FilledTable in(TestServer server) {
    TestPostgres.execute(
        server.project().admin().login(), "create table public.filled (words text)");
    return new FilledTable(server);
  }

  /// Writes a row of so many bytes that do not become fewer by compression; the status.
  public int write(int bytes) {
    var random = new byte[bytes];
    ThreadLocalRandom.current().nextBytes(random);
    return Http.post(
            server.url() + "/rest/v1/filled",
            "{\"words\":\"" + Base64.getEncoder().encodeToString(random) + "\"}",
            "apikey",
            server.project().keys().secretKey().reveal(),
            "Content-Type",
            "application/json")
        .statusCode();
  }

  /// Writes rows until one is not taken, so many at most; its status.
  public int writeUntilRefused(int bytes, int most) {
    int status = 201;
    for (int written = 0; status == 201 && written < most; written++) {
      status = write(bytes);
    }
    return status;
  }

  /// Reads a row; the status.
  public int read() {
    return Http.get(
            server.url() + "/rest/v1/filled?limit=1",
            "apikey",
            server.project().keys().secretKey().reveal())
        .statusCode();
  }
}
