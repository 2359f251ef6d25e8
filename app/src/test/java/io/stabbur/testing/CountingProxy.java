package io.stabbur.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/// Stands between a client and its Postgres and counts round trips: how often the client began to
/// send after the server had answered.
public final class CountingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final AtomicLong roundTrips = new AtomicLong();

  private CountingProxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /// Forwards a free port on loopback to `target`.
  public static CountingProxy to(int target) throws IOException {
    var proxy =
        new CountingProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  public int port() {
    return listener.getLocalPort();
  }

  public long roundTrips() {
    return roundTrips.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        client.setTcpNoDelay(true);
        var server = new Socket(InetAddress.getLoopbackAddress(), target);
        server.setTcpNoDelay(true);
        var turn = new Turn();
        Thread.ofVirtual().start(() -> pump(client, server, () -> turn.clientSpeaks(roundTrips)));
        Thread.ofVirtual().start(() -> pump(server, client, turn::serverSpeaks));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void pump(Socket from, Socket to, Runnable onData) {
    var buffer = new byte[64 * 1024];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        onData.run();
        out.write(buffer, 0, read);
        out.flush();
      }
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
