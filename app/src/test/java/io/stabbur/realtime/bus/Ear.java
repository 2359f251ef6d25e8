package io.stabbur.realtime.bus;

import io.stabbur.testing.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Remembers what a bus delivers.
final class Ear implements Bus.Receiver {
  private final List<byte[]> messages = new ArrayList<>();
  private final AtomicInteger interruptions = new AtomicInteger();

  @Override
  public synchronized void message(byte[] message) {
    messages.add(message);
  }

  @Override
  public void interrupted() {
    interruptions.incrementAndGet();
  }

  synchronized List<byte[]> messages() {
    return List.copyOf(messages);
  }

  int interruptions() {
    return interruptions.get();
  }

  /// Waits until so many messages came.
  List<byte[]> await(int count) {
    Await.until(count + " messages", () -> messages().size() >= count);
    return messages();
  }

  void awaitInterruptions(int count) {
    Await.until(count + " interruptions", () -> interruptions() >= count);
  }
}
