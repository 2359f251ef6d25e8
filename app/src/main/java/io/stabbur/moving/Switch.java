package io.stabbur.moving;

/// What a project's move asks of the servers that serve it.
public interface Switch {
  /// Has writes wait in all of them, for a while that ends by itself; reads are served.
  void hold();

  /// Lets writes go on where they were.
  void release();

  /// Has all of them use the other database from now on, which ends the wait. Refused where that
  /// has ended already.
  void change();
}
