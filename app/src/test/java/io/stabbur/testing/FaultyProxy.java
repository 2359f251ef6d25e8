package io.stabbur.testing;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Stands before an HTTP service and fails as services do.
public final class FaultyProxy implements AutoCloseable {
  /// How it behaves now.
  public enum Mode {
    /// As if it were not there.
    PASS,
    /// Closes what is open and takes nothing new.
    REFUSE,
    /// Answers 503 to everything.
    ERROR,
    /// Answers 503 once, then passes.
    ERROR_ONCE,
    /// Takes a part of one body and resets the connection, then passes.
    CUT_ONCE,
    /// Takes everything and answers nothing.
    STALL
  }

  private static final int PART_OF_A_BODY = 300_000;

  private final int port = TestServer.freePort();
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.PASS;
  private volatile AcceptLoop loop;

  public FaultyProxy(int target) throws IOException {
    this.target = target;
    this.loop = listen();
  }

  public int port() {
    return port;
  }

  /// Behaves differently from now on, on open connections too.
  public synchronized void become(Mode other) throws IOException {
    mode = other;
    if (other == Mode.REFUSE) {
      loop.close();
    } else if (loop.isClosed()) {
      loop = listen();
    }
    if (other == Mode.REFUSE) {
      open.forEach(FaultyProxy::reset);
    }
  }

  /// A reset, not an orderly end; nothing where it has ended meanwhile.
  private static void reset(Socket socket) {
    try (socket) {
      socket.setSoLinger(true, 0);
    } catch (IOException _) {
      // it was closed already
    }
  }

  private AcceptLoop listen() throws IOException {
    return AcceptLoop.on(port, client -> Thread.ofVirtual().start(() -> serve(client)));
  }

  private void serve(Socket client) {
    open.add(client);
    try (client) {
      switch (mode) {
        case PASS -> pass(client);
        case ERROR -> refuse(client);
        case ERROR_ONCE -> {
          mode = Mode.PASS;
          refuse(client);
        }
        case CUT_ONCE -> {
          mode = Mode.PASS;
          answer(client, "HTTP/1.1 100 Continue\r\n\r\n");
          var _ = client.getInputStream().readNBytes(PART_OF_A_BODY);
          reset(client);
        }
        case STALL -> {
          while (mode == Mode.STALL) {
            Thread.sleep(20);
          }
        }
        case REFUSE -> client.setSoLinger(true, 0);
      }
    } catch (IOException e) {
      // one side is gone, and the other follows
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private static void refuse(Socket client) throws IOException {
    var _ = client.getInputStream().read(new byte[64 * 1024]);
    answer(
        client,
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }

  private static void answer(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void pass(Socket client) throws IOException {
    try (var server = AcceptLoop.connect(target)) {
      open.add(server);
      var back = Thread.ofVirtual().start(() -> pump(server, client));
      pump(client, server);
      back.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump(Socket from, Socket to) {
    try {
      AcceptLoop.copy(from, to, this::passWhenItMay);
      to.shutdownOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    } finally {
      open.remove(from);
    }
  }

  private int passWhenItMay(int bytes) throws IOException {
    try {
      while (mode == Mode.STALL) {
        Thread.sleep(20);
      }
      return bytes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped while it stalled");
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    mode = Mode.REFUSE;
    loop.close();
    for (var socket : open) {
      socket.close();
    }
  }
}
