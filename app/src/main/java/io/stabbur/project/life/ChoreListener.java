package io.stabbur.project.life;

/// Hears how each run of a chore ended, on the chore's own thread.
public interface ChoreListener {
  /// A run came to its end.
  void succeeded(String project, String chore);

  /// A run left its work to somebody else who was doing it.
  void skipped(String project, String chore);

  /// A run threw.
  ///
  /// @param inARow failed runs since the last success, this one included
  void failed(String project, String chore, int inARow);
}
