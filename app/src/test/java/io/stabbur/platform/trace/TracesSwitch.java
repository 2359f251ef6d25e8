package io.stabbur.platform.trace;

import java.net.URI;

/// Switches traces of this process on for a while, as a start with an endpoint does.
public final class TracesSwitch implements AutoCloseable {
  private final Tracing tracing;

  /// @param share of how many requests spans are sent
  public TracesSwitch(URI endpoint, double share) {
    this.tracing = new Tracing(new TracingSettings(endpoint, null, share, "stabbur"));
  }

  @Override
  public void close() {
    tracing.close();
  }
}
