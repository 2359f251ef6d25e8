package io.stabbur.storage.inspect;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// A connection to a scanner that is cut off when the scanner takes or gives nothing for too long.
final class ScannerLine implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("scanner-clock").factory());
  private final SocketChannel channel;
  private volatile long moved = System.nanoTime();
  private final Future<?> watch;

  private ScannerLine(SocketChannel channel) {
    this.channel = channel;
    this.watch = CLOCK.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /// Makes a connection.
  interface Connecting {
    SocketChannel connect() throws IOException;
  }

  static ScannerLine open(Connecting connecting) throws IOException {
    return new ScannerLine(connecting.connect());
  }

  private void look() {
    if (System.nanoTime() - moved > PATIENCE.toNanos()) {
      try {
        channel.close();
      } catch (IOException e) {
        watch.cancel(false);
      }
    }
  }

  /// What is sent to a scanner.
  interface Sending {
    void to(OutputStream out) throws IOException;
  }

  /// Sends; false when the scanner takes no more, which it may have said why.
  boolean send(Sending sending) throws IOException {
    try {
      sending.to(out());
      return true;
    } catch (NotTaken e) {
      return false;
    }
  }

  /// A scanner that reads no more.
  private static final class NotTaken extends IOException {
    private static final long serialVersionUID = 1L;

    NotTaken(IOException cause) {
      super(cause);
    }
  }

  private OutputStream out() {
    var out = Channels.newOutputStream(channel);
    return new BufferedOutputStream(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int at, int count) throws IOException {
            try {
              out.write(bytes, at, count);
            } catch (IOException e) {
              throw new NotTaken(e);
            }
            moved = System.nanoTime();
          }
        },
        64 * 1024);
  }

  InputStream in() {
    return Channels.newInputStream(channel);
  }

  @Override
  public void close() throws IOException {
    watch.cancel(false);
    channel.close();
  }
}
