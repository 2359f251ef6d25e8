package io.stabbur.realtime.channel;

/// Carries an expected [ChannelError] to the channel it is for. It is an answer, not a crash: no
/// stack trace.
final class ChannelRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient ChannelError error;

  ChannelRefusal(ChannelError error) {
    super(error.reason(), null, false, false);
    this.error = error;
  }

  ChannelError error() {
    return error;
  }
}
