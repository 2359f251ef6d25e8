package io.stabbur.realtime.bus;

import java.util.List;
import java.util.function.Consumer;

/// Carries packets to everybody who receives at that time: at most once each unless a lost
/// connection makes a doubt, and those of one sender in their order. [PacketBus] makes a [Bus] of
/// it.
interface Carrier extends AutoCloseable {
  /// Most bytes of one packet.
  int largestPacket();

  /// Starts receiving. Called once.
  ///
  /// @param packets gets each packet, one after the other; the sender may get its own
  /// @param connected is called whenever receiving begins, the first time as well
  void receive(Consumer<byte[]> packets, Runnable connected);

  /// Sends packets in their order, on the one thread that sends. Blocks for a few seconds at most.
  ///
  /// @throws CarrierFailure where some may not have been sent
  void send(List<byte[]> packets) throws CarrierFailure;

  @Override
  void close();
}
