package io.stabbur.platform.http;

import org.jspecify.annotations.Nullable;

/// Gives requests of an address of its own the target under which their route is known. Rules are
/// asked by `@Order`; each reads what the one before it answered.
public interface TargetRule {
  /// The target that is routed; the same one where the rule does not concern the request.
  ///
  /// @param target path and query, beginning with a slash however the client wrote it
  /// @param host the header `Host`, perhaps with a port
  /// @param localPort the port on which the request arrived
  String apply(String target, @Nullable String host, int localPort);
}
