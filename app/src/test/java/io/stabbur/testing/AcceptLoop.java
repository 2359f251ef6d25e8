package io.stabbur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// What every proxy of the tests does: takes connections on a port of loopback until it is closed,
/// and passes bytes on.
final class AcceptLoop implements AutoCloseable {
  private static final int WAITING = 200;
  private final ServerSocket listener;

  /// What is done with a connection, before the next is taken.
  interface Taker {
    void take(Socket client) throws IOException;
  }

  /// Looks at bytes before they are passed on, and says how many of them are: fewer than there are
  /// end the connection.
  interface Tap {
    int pass(int bytes) throws IOException;
  }

  private AcceptLoop(ServerSocket listener) {
    this.listener = listener;
  }

  /// Listens on a port, any free one for 0.
  static AcceptLoop on(int port, Taker taker) throws IOException {
    var listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), WAITING);
    var loop = new AcceptLoop(listener);
    Thread.ofVirtual().start(() -> loop.run(taker));
    return loop;
  }

  int port() {
    return listener.getLocalPort();
  }

  boolean isClosed() {
    return listener.isClosed();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  /// A connection to a port of loopback that waits for no more bytes before it sends.
  static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    return socket;
  }

  /// Passes bytes on until either side ends or the tap lets no more through.
  static void copy(Socket from, Socket to, Tap tap) throws IOException {
    var buffer = new byte[64 * 1024];
    var in = from.getInputStream();
    var out = to.getOutputStream();
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      int passed = tap.pass(read);
      out.write(buffer, 0, passed);
      out.flush();
      if (passed < read) {
        return;
      }
    }
  }

  private void run(Taker taker) {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        client.setTcpNoDelay(true);
        taker.take(client);
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
