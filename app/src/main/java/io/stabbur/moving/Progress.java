package io.stabbur.moving;

/// Told how a move goes. What it throws ends the move, which can be resumed.
public interface Progress {
  /// Something begins or goes on, such as `rows` of `public.posts`.
  ///
  /// @param what the kind of work
  /// @param name what it is done to
  /// @param detail how far it is, or empty
  void at(String what, String name, String detail);

  /// A kind of work ends, and what it did is committed.
  default void done(String what, String name, String detail) {
    at(what, name, detail);
  }
}
