package io.stabbur.realtime.bus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// Messages that wait to be sent, bounded in bytes.
final class SendQueue {
  private static final int BATCH_BYTES = 512 * 1024;

  private final long most;
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
  private long bytes;
  private boolean isClosed;

  SendQueue(long most) {
    this.most = most;
  }

  /// Adds a message unless too much waits already or the queue is closed.
  ///
  /// @return whether it was added
  synchronized boolean add(byte[] message) {
    if (isClosed || bytes + message.length > most) {
      return false;
    }
    waiting.add(message);
    bytes += message.length;
    notifyAll();
    return true;
  }

  /// Waits for messages and takes the first, as many as are sent at once; empty once the queue is
  /// closed and nothing waits.
  synchronized List<byte[]> take() throws InterruptedException {
    while (waiting.isEmpty() && !isClosed) {
      wait();
    }
    var taken = new ArrayList<byte[]>();
    long size = 0;
    while (!waiting.isEmpty() && size < BATCH_BYTES) {
      var message = waiting.poll();
      size += message.length;
      taken.add(message);
    }
    bytes -= size;
    return taken;
  }

  /// Drops what waits.
  synchronized void clear() {
    waiting.clear();
    bytes = 0;
  }

  /// Takes no more messages.
  synchronized void close() {
    isClosed = true;
    notifyAll();
  }
}
