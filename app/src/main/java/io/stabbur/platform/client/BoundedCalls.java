package io.stabbur.platform.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// HTTP calls to servers outside this appliance. A response body takes no more memory than its
/// limit, and the time limit covers the call up to the last byte of the body, which
/// `HttpRequest.timeout` does not: that one ends with the headers.
public final class BoundedCalls {
  private BoundedCalls() {}

  /// A response and its body, read as UTF-8.
  ///
  /// @param truncated whether the body was longer than the limit
  public record Answer(HttpResponse<?> response, String body, boolean truncated) {
    public int status() {
      return response.statusCode();
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  /// Sends a request and reads the response to its end or to the limit.
  ///
  /// @param mostBytes limit of the body in bytes
  /// @param patience time limit of the whole call
  /// @throws HttpTimeoutException when the last byte did not arrive in time
  public static Answer send(
      HttpClient client, HttpRequest request, int mostBytes, Duration patience)
      throws IOException, InterruptedException {
    var body = new Kept(mostBytes);
    var call = client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArrayConsumer(body::add));
    try {
      var response = call.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response, body.text(), body.truncated);
    } catch (TimeoutException _) {
      call.cancel(true);
      throw new HttpTimeoutException("no whole answer in time");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  /// The first bytes of a body; what follows is discarded on arrival.
  private static final class Kept {
    private final int most;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean truncated;

    Kept(int most) {
      this.most = most;
    }

    synchronized void add(Optional<byte[]> piece) {
      piece.ifPresent(
          more -> {
            int room = Math.min(more.length, most - bytes.size());
            bytes.write(more, 0, room);
            truncated |= room < more.length;
          });
    }

    synchronized String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
