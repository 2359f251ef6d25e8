package io.stabbur.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// A bad net between a client and a server: every connection breaks at a random byte, of what the
/// client sends or of what the server answers.
public final class BreakingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private final Random random;
  private final int longest;
  private final AtomicInteger brokenRequests = new AtomicInteger();
  private final AtomicInteger brokenAnswers = new AtomicInteger();

  private BreakingProxy(ServerSocket listener, int target, Random random, int longest) {
    this.listener = listener;
    this.target = target;
    this.random = random;
    this.longest = longest;
  }

  /// Forwards a free port on loopback to `target`.
  ///
  /// @param longest most bytes that a connection lets through in the direction in which it breaks
  public static BreakingProxy to(int target, Random random, int longest) throws IOException {
    var proxy =
        new BreakingProxy(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target, random, longest);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  public int port() {
    return listener.getLocalPort();
  }

  /// Connections that broke while the client was speaking.
  public int brokenRequests() {
    return brokenRequests.get();
  }

  /// Connections that broke while the server was answering.
  public int brokenAnswers() {
    return brokenAnswers.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        var server = new Socket(InetAddress.getLoopbackAddress(), target);
        int allowed = random.nextInt(longest);
        boolean inRequest = random.nextBoolean();
        var breaks = inRequest ? brokenRequests : brokenAnswers;
        Thread.ofVirtual()
            .start(() -> pump(client, server, inRequest ? allowed : Integer.MAX_VALUE, breaks));
        Thread.ofVirtual()
            .start(() -> pump(server, client, inRequest ? Integer.MAX_VALUE : allowed, breaks));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /// Passes on as many bytes as are allowed, then breaks both sides.
  private static void pump(Socket from, Socket to, int allowed, AtomicInteger breaks) {
    var buffer = new byte[8 * 1024];
    int left = allowed;
    try {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, Math.min(read, left));
        out.flush();
        left -= Math.min(read, left);
        if (left == 0) {
          breaks.incrementAndGet();
          break;
        }
      }
    } catch (IOException _) {
      // the other direction broke the connection
    } finally {
      close(from);
      close(to);
    }
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
