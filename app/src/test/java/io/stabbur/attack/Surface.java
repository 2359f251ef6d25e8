package io.stabbur.attack;

/// One protocol of the product as an attacker uses it. A new room, such as realtime or functions,
/// brings an implementation of its own; it is added to [Surfaces] and edits no other. Requests name
/// what [Scene] offers: callers, rows, files and identifiers of every organisation. What must hold
/// afterwards is judged for all surfaces alike, so a surface knows no expected answers.
///
/// A protocol that is not HTTP (a WebSocket) opens its connection in an [Attempt] whose request is
/// the upgrade, and shows what it was sent as the answer's body.
interface Surface {
  /// What statistics call it.
  String name();

  /// How often it is tried, compared with the others.
  int weight();

  /// The first request of a try.
  Attempt next(Scene scene, Dice dice);
}
