package io.stabbur.realtime.bus;

/// Packets may not have been sent.
final class CarrierFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param reason for the log, without addresses and passwords
  CarrierFailure(String reason) {
    super(reason);
  }
}
