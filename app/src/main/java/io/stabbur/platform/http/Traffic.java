package io.stabbur.platform.http;

import jakarta.inject.Singleton;
import java.util.concurrent.atomic.LongAdder;

/// Counts what passes the server's sockets: connections, requests in flight, and bytes of bodies in
/// both directions.
@Singleton
public final class Traffic {
  private final LongAdder connections = new LongAdder();
  private final LongAdder inFlight = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder sent = new LongAdder();

  Traffic() {}

  public long connections() {
    return connections.sum();
  }

  /// Requests whose answer is not written whole.
  public long inFlight() {
    return inFlight.sum();
  }

  public long received() {
    return received.sum();
  }

  public long sent() {
    return sent.sum();
  }

  void connected() {
    connections.increment();
  }

  void disconnected(int unanswered) {
    connections.decrement();
    inFlight.add(-unanswered);
  }

  void begun() {
    inFlight.increment();
  }

  void ended() {
    inFlight.decrement();
  }

  void received(int bytes) {
    received.add(bytes);
  }

  void sent(long bytes) {
    sent.add(bytes);
  }
}
