package io.stabbur.identity;

/// In the context of a request of which its room keeps a line in a log of its own, so that other
/// logs need not keep each of them.
public enum RoomLog {
  KEPT
}
