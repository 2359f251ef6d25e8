package io.stabbur.platform.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// [BoundedCalls] with a client of its own, which follows no redirect and is made for the first
/// call: a client has a thread, and the first one of a process reads all certificates that the JVM
/// trusts.
public final class OutboundCalls implements AutoCloseable {
  private final Duration connectTimeout;
  private @Nullable HttpClient client;
  private boolean isClosed;

  /// @param connectTimeout time limit of each connection's making
  public OutboundCalls(Duration connectTimeout) {
    this.connectTimeout = connectTimeout;
  }

  /// Sends a request as [BoundedCalls#send] does.
  ///
  /// @throws IOException also after [#close()]
  public BoundedCalls.Answer send(HttpRequest request, int mostBytes, Duration patience)
      throws IOException, InterruptedException {
    return BoundedCalls.send(client(), request, mostBytes, patience);
  }

  private synchronized HttpClient client() throws IOException {
    if (isClosed) {
      throw new IOException("the client is closed");
    }
    var made = client;
    if (made == null) {
      made = HttpClient.newBuilder().connectTimeout(connectTimeout).build();
      client = made;
    }
    return made;
  }

  /// Ends the calls that are under way.
  @Override
  public synchronized void close() {
    isClosed = true;
    if (client != null) {
      client.shutdownNow();
    }
  }
}
