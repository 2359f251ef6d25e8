package io.stabbur.platform.http;

/// A connection of a client, as [Connections] sees it.
interface Connection {
  /// The network of the client; connections of one network share a limit.
  String network();

  /// From now on, it is there for health checks and operators alone.
  void reserve();

  /// Whether it waits for its next request.
  boolean isIdle();

  /// Ends the connection in favour of another.
  void replace();
}
