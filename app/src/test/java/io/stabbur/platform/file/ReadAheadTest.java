package io.stabbur.platform.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
@SuppressWarnings("InputStreamSlowMultibyteRead") // small ones
class ReadAheadTest {
  private static final int SIZE = 1 << 12;

  private static ReadAhead ahead(InputStream in) {
    return new ReadAhead(in, 4, SIZE, Thread.ofVirtual());
  }

  /// Says when it was closed.
  private static final class Closable extends ByteArrayInputStream {
    private final CountDownLatch closed = new CountDownLatch(1);

    Closable(byte[] bytes) {
      super(bytes);
    }

    @Override
    public void close() {
      closed.countDown();
    }

    boolean isClosed() {
      try {
        return closed.await(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static byte[] random(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  @Test
  void allBytesComeInTheirOrderAndTheSourceIsClosedAtItsEnd() throws IOException {
    for (int size : new int[] {0, 1, SIZE, 10 * SIZE + 7}) {
      var source = new Closable(random(size));
      var ahead = ahead(source);
      assertThat(ahead.readAllBytes()).isEqualTo(random(size));
      assertThat(ahead.read()).isNegative();
      assertThat(source.isClosed()).isTrue();
      ahead.close();
    }
  }

  @Test
  void aReaderWhoGoesAwayLeavesNothingOpen() throws IOException {
    for (int taken : new int[] {0, 1, SIZE * 3}) {
      var source = new Closable(random(30 * SIZE));
      var ahead = ahead(source);
      assertThat(ahead.readNBytes(taken)).hasSize(taken);
      ahead.close();
      ahead.close();
      assertThat(source.isClosed()).as("after " + taken).isTrue();
    }
  }

  private static InputStream failing(IOException failure) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        throw failure;
      }
    };
  }

  private static InputStream failing(Error failure) {
    return new InputStream() {
      @Override
      public int read() {
        throw failure;
      }
    };
  }

  private static InputStream failing(RuntimeException failure) {
    return new InputStream() {
      @Override
      public int read() {
        throw failure;
      }
    };
  }

  private static void comesAfterTheBytesBeforeIt(InputStream failing, Throwable failure)
      throws IOException {
    var before = random(2 * SIZE);
    var ahead = ahead(new SequenceInputStream(new ByteArrayInputStream(before), failing));
    assertThat(ahead.readNBytes(before.length)).isEqualTo(before);
    for (int again = 0; again < 2; again++) {
      assertThatThrownBy(ahead::read).isSameAs(failure);
      assertThatThrownBy(() -> ahead.read(new byte[8])).isSameAs(failure);
    }
    ahead.close();
  }

  @Test
  void whatTheSourceThrowsComesAfterTheBytesBeforeIt() throws IOException {
    var checked = new IOException("lost");
    comesAfterTheBytesBeforeIt(failing(checked), checked);
    var unchecked = new IllegalStateException("damaged");
    comesAfterTheBytesBeforeIt(failing(unchecked), unchecked);
    var error = new NoClassDefFoundError("native library");
    comesAfterTheBytesBeforeIt(failing(error), error);
  }

  /// So that one whose reader never comes is closed like any other stream, and by nobody else.
  @Test
  void nothingIsReadBeforeSomebodyReads() throws IOException {
    var readBy = new AtomicReference<Thread>();
    var closedBy = new AtomicReference<Thread>();
    var source =
        new InputStream() {
          @Override
          public int read() {
            readBy.set(Thread.currentThread());
            return -1;
          }

          @Override
          public void close() {
            closedBy.set(Thread.currentThread());
          }
        };
    ahead(source).close();
    assertThat(readBy.get()).isNull();
    assertThat(closedBy.get()).isSameAs(Thread.currentThread());
  }

  @Test
  void aReadAfterTheEndByCloseFails() throws IOException {
    for (int taken : new int[] {0, 1}) {
      var ahead = ahead(new Closable(random(30 * SIZE)));
      assertThat(ahead.readNBytes(taken)).hasSize(taken);
      ahead.close();
      assertThatThrownBy(() -> ahead.readAllBytes()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aReaderThatIsInterruptedFailsAndStaysInterrupted() throws IOException {
    var never = new CountDownLatch(1);
    var source =
        new InputStream() {
          @Override
          public int read() throws IOException {
            try {
              never.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return -1;
          }
        };
    try (var ahead = ahead(source)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(ahead::read).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
    never.countDown();
  }
}
