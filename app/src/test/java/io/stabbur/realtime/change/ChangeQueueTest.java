package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.pgoutput.Message.Change;
import io.stabbur.platform.pgoutput.PgOutput;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// How much waits for those who distribute changes, and how long the stream waits for room.
class ChangeQueueTest {
  private static final int MEGABYTE = 1 << 20;
  private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(20);
  private final ChangeQueue queue = new ChangeQueue();

  /// An inserted row of one large text.
  private static Change change(int bytes) {
    var stream = new PgOutput(_ -> true);
    var relation = ByteBuffer.allocate(100).put((byte) 'R').putInt(1);
    relation.put(new byte[] {'s', 0, 't', 0, 'd'}).putShort((short) 1);
    relation.put(new byte[] {0, 'c', 0}).putInt(25).putInt(-1);
    var _ = stream.read(relation.flip());
    var row = ByteBuffer.allocate(bytes + 100).put((byte) 'I').putInt(1).put((byte) 'N');
    row.putShort((short) 1).put((byte) 't').putInt(bytes).put(new byte[bytes]);
    return (Change) stream.read(row.flip());
  }

  private int fill() throws InterruptedException {
    int taken = 0;
    while (queue.offer(change(MEGABYTE / 2), MOMENT)) {
      taken++;
    }
    return taken;
  }

  @Test
  void queuesShareTheRoom() throws Exception {
    queue.share(16);
    assertThat(fill()).isEqualTo(1);
    queue.share(4);
    assertThat(fill()).isEqualTo(6);
    queue.share(1);
    assertThat(fill()).isEqualTo(24);
    assertThat(queue.bytes()).isBetween(15 * MEGABYTE, 16 * MEGABYTE);
  }

  @Test
  void oneChangeOfAnySizeHasRoom() throws Exception {
    queue.share(16);
    assertThat(queue.offer(change(2 * MEGABYTE), MOMENT)).isTrue();
    assertThat(queue.offer(change(10), MOMENT)).isFalse();
    assertThat(queue.take()).hasSize(1);
    assertThat(queue.offer(change(10), MOMENT)).isTrue();
  }

  @Test
  void nobodyWaitsLongerThanAsked() throws Exception {
    assertThat(queue.offer(change(20 * MEGABYTE), MOMENT)).isTrue();
    long began = System.nanoTime();
    assertThat(queue.offer(change(10), MOMENT)).isFalse();
    assertThat(queue.offer(change(10), -1)).isFalse();
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.MILLISECONDS.toNanos(500));
  }

  @Test
  void tasksThatComeFirstAreTakenTogetherAndNoneOvertakesAChange() throws Exception {
    queue.add(() -> {});
    queue.add(() -> {});
    assertThat(queue.offer(change(10), MOMENT)).isTrue();
    queue.add(() -> {});
    assertThat(queue.take()).hasSize(2).hasOnlyElementsOfType(ChangeQueue.Item.Task.class);
    assertThat(queue.take()).hasSize(1).hasOnlyElementsOfType(ChangeQueue.Item.Row.class);
    assertThat(queue.take()).hasSize(1).hasOnlyElementsOfType(ChangeQueue.Item.Task.class);
  }
}
