package io.stabbur.moving;

/// What a project's move asks of the servers that serve it.
public interface Switch {
  /// Has writes wait in all of them, for a while that ends by itself; reads are served.
  void hold();

  /// Lets writes go on where they were, and no change take effect any more.
  void release();

  /// Has all of them use the other database from now on, which ends the wait. Refused where that
  /// has ended already, and then nothing has changed.
  ///
  /// @throws Unsure where nobody says whether they have changed over
  void change() throws Unsure;

  /// Nobody says where the project is now.
  final class Unsure extends Exception {
    private static final long serialVersionUID = 1L;

    public Unsure(Throwable cause) {
      super(cause);
    }
  }
}
