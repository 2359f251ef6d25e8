package io.stabbur.identity;

import java.util.List;

/// The rules of a room's routes. Each room has one bean of this type; the gateway collects them, so
/// a new room edits no other.
@FunctionalInterface
public interface RouteRules {
  /// The rules, asked for once at the start. No two rooms may name the same path and method.
  List<RouteRule> routes();
}
