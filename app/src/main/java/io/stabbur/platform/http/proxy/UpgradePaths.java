package io.stabbur.platform.http.proxy;

/// The path of an API that passes WebSockets on to servers of its own. A bean of a room.
@FunctionalInterface
public interface UpgradePaths {
  /// The first segments of the path, such as `/functions/v1`.
  String prefix();
}
