package io.stabbur.realtime.bus;

/// Carries messages between the processes (replicas) that serve one project. The room above it
/// (`realtime.room.Replication`) numbers its messages, sends a sign of life every two seconds and
/// drops the presences of a replica that it has not heard for six; it asks a replica for its whole
/// state when a number is missing. A bus therefore only has to carry bytes, and to say when it may
/// have lost some.
///
/// Contract:
/// - Every message reaches every other process that receives at that time, at most once each;
///   whether the sender gets its own back does not matter, it is ignored.
/// - Messages of one sender arrive in the order of their [#publish] calls, at each receiver.
///   Nothing is promised between senders.
/// - A message may have up to [#LONGEST] bytes. A bus whose channel carries less splits them.
/// - What cannot be delivered is dropped, never delivered late or out of order: after a lost
///   connection nothing from before it is sent again, and [Receiver#interrupted] is called once the
///   connection is back.
public interface Bus extends AutoCloseable {
  /// Most bytes of one message: a broadcast of the largest size, or the presences of a replica.
  int LONGEST = 16 * 1024 * 1024;

  /// Whether there can be another process at all; false spares the sender the encoding.
  boolean reachesOthers();

  /// Sends a message. Never blocks and never throws: a full queue drops the message and reports
  /// [Receiver#interrupted] to the others by the number that is missing.
  void publish(byte[] message);

  /// Starts receiving. Called once.
  void receive(Receiver receiver);

  /// Sends what was published, for a second at most, then ends.
  @Override
  void close();

  /// Gets the messages of other processes, one after the other, and never on a thread that
  /// publishes: that may hold locks.
  interface Receiver {
    /// A message; must not block.
    void message(byte[] message);

    /// Messages may have been lost in either direction; sending and receiving work again.
    void interrupted();
  }
}
