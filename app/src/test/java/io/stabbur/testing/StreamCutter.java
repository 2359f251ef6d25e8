package io.stabbur.testing;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands between a server and its Postgres and breaks connections that replicate after so many
/// bytes of what Postgres says. All others pass.
public final class StreamCutter implements AutoCloseable {
  private static final int NEVER = Integer.MAX_VALUE;
  private final AcceptLoop loop;
  private final AtomicInteger left = new AtomicInteger(NEVER);

  private StreamCutter(int target) throws IOException {
    loop = AcceptLoop.on(0, client -> forward(client, AcceptLoop.connect(target)));
  }

  /// Forwards a free port on loopback to `target`.
  public static StreamCutter to(int target) throws IOException {
    return new StreamCutter(target);
  }

  public int port() {
    return loop.port();
  }

  /// Breaks the next connection that replicates after so many bytes from now on.
  public void cutAfter(int bytes) {
    left.set(bytes);
  }

  @Override
  public void close() throws IOException {
    loop.close();
  }

  private void forward(Socket client, Socket server) {
    var replicates = new AtomicBoolean();
    Thread.ofVirtual().start(() -> listen(client, server, replicates));
    Thread.ofVirtual().start(() -> answer(client, server, replicates));
  }

  private static void listen(Socket client, Socket server, AtomicBoolean replicates) {
    var buffer = new byte[8192];
    try (client;
        server) {
      var in = client.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains("\0replication\0")) {
          replicates.set(true);
        }
        server.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException e) {
      // the other side is gone
    }
  }

  private void answer(Socket client, Socket server, AtomicBoolean replicates) {
    try (client;
        server) {
      AcceptLoop.copy(server, client, read -> replicates.get() ? passed(read) : read);
    } catch (IOException e) {
      // the other side is gone
    }
  }

  private synchronized int passed(int read) {
    int may = left.get();
    if (may == NEVER) {
      return read;
    }
    left.set(may > read ? may - read : NEVER);
    return may > read ? read : Math.min(may, read - 1);
  }
}
