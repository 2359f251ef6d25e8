package io.stabbur.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/// An HTTP server on loopback that sends status and headers of each answer and never its body.
public final class SilentServer implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);
  private final HttpServer server;

  private SilentServer(HttpServer server) {
    this.server = server;
  }

  public static SilentServer start() {
    try {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      var silent = new SilentServer(HttpServer.create(address, 0));
      silent.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      silent.server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().flush();
            silent.awaitClose();
            exchange.close();
          });
      silent.server.start();
      return silent;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/document");
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
