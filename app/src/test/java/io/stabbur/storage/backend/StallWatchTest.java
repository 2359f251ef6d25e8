package io.stabbur.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Whoever takes a body too slowly is interrupted, and is not told that the body failed.
class StallWatchTest {
  private static final Duration PATIENCE = Duration.ofMillis(100);

  @Test
  void whoTakesNothingIsInterruptedAndGetsNoMore() throws IOException {
    var watch = new StallWatch(new ByteArrayInputStream(new byte[10]), PATIENCE);
    assertThat(watch.read()).isZero();

    assertThatThrownBy(() -> Thread.sleep(Duration.ofSeconds(30)))
        .isInstanceOf(InterruptedException.class);

    assertThatThrownBy(watch::read).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> watch.read(new byte[4], 0, 4)).isInstanceOf(IOException.class);
  }

  @Test
  void theThreadIsFreeAfterTheWatch() throws InterruptedException {
    var watch = new StallWatch(InputStream.nullInputStream(), PATIENCE);
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!Thread.currentThread().isInterrupted() && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    assertThat(Thread.currentThread().isInterrupted()).isTrue();

    watch.end();

    assertThat(Thread.interrupted()).isFalse();
    Thread.sleep(PATIENCE.multipliedBy(3));
  }

  @Test
  void waitingForTheSourceIsNoStall() throws IOException {
    var slow =
        new InputStream() {
          @Override
          public int read() throws IOException {
            try {
              Thread.sleep(PATIENCE.multipliedBy(4));
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return 7;
          }

          @Override
          public int read(byte[] into, int at, int length) throws IOException {
            into[at] = (byte) read();
            return 1;
          }
        };
    var watch = new StallWatch(slow, PATIENCE);

    assertThat(watch.read()).isEqualTo(7);

    watch.end();
    assertThat(Thread.interrupted()).isFalse();
  }
}
