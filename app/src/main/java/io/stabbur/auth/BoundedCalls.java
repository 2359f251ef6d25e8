package io.stabbur.auth;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Calls to servers that are not ours: no answer takes more memory than its limit, and the time
/// limit holds to the last byte, not to the first.
public final class BoundedCalls {
  private BoundedCalls() {}

  /// An answer, and what was read of its body.
  ///
  /// @param truncated whether there was more than the limit
  public record Answer(HttpResponse<?> response, String body, boolean truncated) {
    public int status() {
      return response.statusCode();
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  /// The answer, read to its end or to the limit.
  ///
  /// @throws HttpTimeoutException when the last byte was not there in time
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

  /// The beginning of a body; the rest is thrown away as it comes.
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
      return bytes.toString(java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
