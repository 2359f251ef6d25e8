package io.stabbur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
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
    /// Takes everything and answers nothing.
    STALL
  }

  private final int port = TestServer.freePort();
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.PASS;
  private volatile ServerSocket listener;

  public FaultyProxy(int target) throws IOException {
    this.target = target;
    this.listener = listen();
  }

  public int port() {
    return port;
  }

  /// Behaves differently from now on, on open connections too.
  public synchronized void become(Mode other) throws IOException {
    mode = other;
    if (other == Mode.REFUSE) {
      listener.close();
    } else if (listener.isClosed()) {
      listener = listen();
    }
    if (other != Mode.PASS) {
      for (var socket : open) {
        if (other == Mode.REFUSE) {
          // a reset, not an orderly end
          socket.setSoLinger(true, 0);
          socket.close();
        }
      }
    }
  }

  private ServerSocket listen() throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
    Thread.ofVirtual().start(() -> accept(socket));
    return socket;
  }

  private void accept(ServerSocket from) {
    while (!from.isClosed()) {
      try {
        var client = from.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        if (!from.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void serve(Socket client) {
    open.add(client);
    try (client) {
      switch (mode) {
        case PASS -> pass(client);
        case ERROR -> {
          var _ = client.getInputStream().read(new byte[64 * 1024]);
          client
              .getOutputStream()
              .write(
                  "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII));
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

  private void pass(Socket client) throws IOException {
    try (var server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      open.add(server);
      var back = Thread.ofVirtual().start(() -> pump(server, client));
      pump(client, server);
      back.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pump(Socket from, Socket to) {
    var buffer = new byte[64 * 1024];
    try {
      var in = from.getInputStream();
      var out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        while (mode == Mode.STALL) {
          Thread.sleep(20);
        }
        out.write(buffer, 0, read);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(from);
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
    listener.close();
    for (var socket : open) {
      socket.close();
    }
  }
}
