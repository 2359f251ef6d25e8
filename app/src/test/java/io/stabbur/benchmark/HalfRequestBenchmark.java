package io.stabbur.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/// 20,000 half requests from one address, as many at once as the server keeps, while new clients
/// from another address and from the same one ask for something each tenth of a second.
final class HalfRequestBenchmark {
  private static final String ATTACKER = "127.0.0.2";
  private static final String CLIENT = "127.0.0.1";
  private static final int HALF_REQUESTS = 20_000;
  private static final int WARM_UP = 3000;
  private static final Duration AFTERWARDS = Duration.ofSeconds(20);
  private static final byte[] HALF =
      "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] WHOLE =
      "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final int port;
  private volatile boolean stopped;

  private HalfRequestBenchmark(int port) {
    this.port = port;
  }

  static void run() throws IOException, InterruptedException {
    var database = DataBenchmark.prepared();
    try (var server = Served.start(database.configuration())) {
      var benchmark = new HalfRequestBenchmark(server.port());
      benchmark.warmUp();
      long before = server.processorTime();
      benchmark.measure();
      System.out.printf(
          "%d us of the server's processor time a half request%n",
          (server.processorTime() - before) / HALF_REQUESTS);
    }
  }

  private void warmUp() {
    var clients = new Clients(CLIENT);
    for (int i = 0; i < WARM_UP; i++) {
      var _ = clients.isServed();
    }
  }

  private void measure() throws IOException, InterruptedException {
    var other = new Clients(CLIENT);
    var same = new Clients(ATTACKER);
    var threads = new Thread[] {Thread.startVirtualThread(other), Thread.startVirtualThread(same)};
    attack();
    stopped = true;
    for (var thread : threads) {
      thread.join();
    }
    other.print();
    same.print();
  }

  private void attack() throws IOException {
    long start = System.nanoTime();
    int opened = 0;
    int most = 0;
    try (var selector = Selector.open()) {
      while (opened < HALF_REQUESTS) {
        open(selector);
        opened++;
        if (opened % 50 == 0) {
          selector.selectNow(HalfRequestBenchmark::end);
          most = Math.max(most, selector.keys().size());
        }
      }
      System.out.printf(
          Locale.ROOT,
          "%d half requests in %.1f s, at most %d at once%n",
          opened,
          (System.nanoTime() - start) / 1e9,
          most);
      long end = System.nanoTime() + AFTERWARDS.toNanos();
      while (System.nanoTime() < end) {
        selector.select(HalfRequestBenchmark::end, 100);
      }
      System.out.printf("%d left after %d s%n", selector.keys().size(), AFTERWARDS.toSeconds());
      for (var key : selector.keys()) {
        key.channel().close();
      }
    }
  }

  private void open(Selector selector) throws IOException {
    var channel = SocketChannel.open();
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    channel.bind(new InetSocketAddress(InetAddress.ofLiteral(ATTACKER), 0));
    channel.connect(new InetSocketAddress(InetAddress.ofLiteral(CLIENT), port));
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
    try {
      channel.write(ByteBuffer.wrap(HALF));
    } catch (IOException _) {
      channel.close();
    }
  }

  /// The server has ended the connection.
  private static void end(SelectionKey key) {
    try {
      if (((SocketChannel) key.channel()).read(ByteBuffer.allocate(512)) < 0) {
        key.channel().close();
      }
    } catch (IOException e) {
      key.cancel();
    }
  }

  /// New clients of one address, one after the other.
  private final class Clients implements Runnable {
    private final String address;
    private int served;
    private int failed;
    private double slowest;

    Clients(String address) {
      this.address = address;
    }

    @Override
    public void run() {
      while (!stopped) {
        long start = System.nanoTime();
        if (isServed()) {
          served++;
        } else {
          failed++;
        }
        slowest = Math.max(slowest, (System.nanoTime() - start) / 1e6);
        try {
          Thread.sleep(100);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    private boolean isServed() {
      try (var socket = new Socket()) {
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral(CLIENT), port), 10_000);
        socket.getOutputStream().write(WHOLE);
        return socket.getInputStream().readNBytes(4).length == 4;
      } catch (IOException e) {
        return false;
      }
    }

    void print() {
      System.out.printf(
          Locale.ROOT,
          "new clients from %s: %d served, %d not, the slowest after %.0f ms%n",
          address,
          served,
          failed,
          slowest);
    }
  }
}
