package io.stabbur.storage.encrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ReadAheadTest {
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
    for (int size : new int[] {0, 1, Segment.CHUNK, 10 * Segment.CHUNK + 7}) {
      var source = new Closable(random(size));
      var ahead = ReadAhead.of(source);
      assertThat(ahead.readAllBytes()).isEqualTo(random(size));
      assertThat(ahead.read()).isNegative();
      assertThat(source.isClosed()).isTrue();
      ahead.close();
    }
  }

  @Test
  void aReaderWhoGoesAwayLeavesNothingOpen() throws IOException {
    for (int taken : new int[] {0, 1, Segment.CHUNK * 3}) {
      var source = new Closable(random(30 * Segment.CHUNK));
      var ahead = ReadAhead.of(source);
      assertThat(ahead.readNBytes(taken)).hasSize(taken);
      ahead.close();
      ahead.close();
      assertThat(source.isClosed()).as("after " + taken).isTrue();
    }
  }

  @Test
  void whatTheSourceThrowsComesAfterTheBytesBeforeIt() throws IOException {
    var failing =
        new InputStream() {
          @Override
          public int read() {
            throw new ApiException(new StorageError.Unreadable());
          }

          @Override
          public int read(byte[] into, int at, int length) {
            return read();
          }
        };
    var before = random(2 * Segment.CHUNK);
    var ahead = ReadAhead.of(new SequenceInputStream(new ByteArrayInputStream(before), failing));
    assertThat(ahead.readNBytes(before.length)).isEqualTo(before);
    for (int again = 0; again < 2; again++) {
      assertThatThrownBy(ahead::read)
          .isInstanceOfSatisfying(
              ApiException.class,
              e -> assertThat(e.error()).isInstanceOf(StorageError.Unreadable.class));
    }
    ahead.close();
  }
}
