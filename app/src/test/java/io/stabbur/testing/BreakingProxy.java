package io.stabbur.testing;

import java.io.IOException;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// A bad net between a client and a server: every connection breaks at a random byte, of what the
/// client sends or of what the server answers.
public final class BreakingProxy implements AutoCloseable {
  private final AcceptLoop loop;
  private final Random random;
  private final int longest;
  private final AtomicInteger brokenRequests = new AtomicInteger();
  private final AtomicInteger brokenAnswers = new AtomicInteger();

  private BreakingProxy(int target, Random random, int longest) throws IOException {
    this.random = random;
    this.longest = longest;
    loop = AcceptLoop.on(0, client -> forward(client, AcceptLoop.connect(target)));
  }

  /// Forwards a free port on loopback to `target`.
  ///
  /// @param longest most bytes that a connection lets through in the direction in which it breaks
  public static BreakingProxy to(int target, Random random, int longest) throws IOException {
    return new BreakingProxy(target, random, longest);
  }

  public int port() {
    return loop.port();
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
    loop.close();
  }

  private void forward(Socket client, Socket server) {
    int allowed = random.nextInt(longest);
    boolean inRequest = random.nextBoolean();
    var breaks = inRequest ? brokenRequests : brokenAnswers;
    Thread.ofVirtual()
        .start(() -> pump(client, server, inRequest ? allowed : Integer.MAX_VALUE, breaks));
    Thread.ofVirtual()
        .start(() -> pump(server, client, inRequest ? Integer.MAX_VALUE : allowed, breaks));
  }

  /// Passes on as many bytes as are allowed, then breaks both sides.
  private static void pump(Socket from, Socket to, int allowed, AtomicInteger breaks) {
    var left = new AtomicInteger(allowed);
    try (from;
        to) {
      AcceptLoop.copy(
          from,
          to,
          bytes -> {
            int passed = Math.min(bytes, left.get());
            left.addAndGet(-passed);
            if (passed < bytes) {
              breaks.incrementAndGet();
            }
            return passed;
          });
    } catch (IOException _) {
      // the other direction broke the connection
    }
  }
}
