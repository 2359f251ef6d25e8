package io.stabbur.testing;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/// Stands between a client and its Postgres and counts round trips: how often the client began to
/// send after the server had answered.
public final class CountingProxy implements AutoCloseable {
  private final AcceptLoop loop;
  private final AtomicLong roundTrips = new AtomicLong();

  private CountingProxy(int target) throws IOException {
    loop = AcceptLoop.on(0, client -> forward(client, AcceptLoop.connect(target)));
  }

  /// Forwards a free port on loopback to `target`.
  public static CountingProxy to(int target) throws IOException {
    return new CountingProxy(target);
  }

  public int port() {
    return loop.port();
  }

  public long roundTrips() {
    return roundTrips.get();
  }

  @Override
  public void close() throws IOException {
    loop.close();
  }

  private void forward(Socket client, Socket server) {
    var turn = new Turn();
    Thread.ofVirtual().start(() -> pump(client, server, () -> turn.clientSpeaks(roundTrips)));
    Thread.ofVirtual().start(() -> pump(server, client, turn::serverSpeaks));
  }

  private static void pump(Socket from, Socket to, Runnable onData) {
    try (from;
        to) {
      AcceptLoop.copy(
          from,
          to,
          bytes -> {
            onData.run();
            return bytes;
          });
    } catch (IOException e) {
      // either side closed: the other is closed with it, which is all there is to do
    }
  }

  /// Whose turn it is on one connection.
  private static final class Turn {
    private boolean client;

    synchronized void clientSpeaks(AtomicLong roundTrips) {
      if (!client) {
        client = true;
        roundTrips.incrementAndGet();
      }
    }

    synchronized void serverSpeaks() {
      client = false;
    }
  }
}
