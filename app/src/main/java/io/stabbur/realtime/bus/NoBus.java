package io.stabbur.realtime.bus;

/// For projects that one process serves: nothing is carried anywhere.
final class NoBus implements Bus {
  @Override
  public boolean reachesOthers() {
    return false;
  }

  @Override
  public void publish(byte[] message) {
    // there is nobody else
  }

  @Override
  public void receive(Receiver receiver) {
    // nothing ever comes
  }

  @Override
  public void close() {
    // nothing is open
  }
}
