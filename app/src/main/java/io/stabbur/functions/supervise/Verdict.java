package io.stabbur.functions.supervise;

/// Why a process ended.
public enum Verdict {
  /// It could not load the function, or never served.
  BOOT,
  /// It ended by itself while it served.
  CRASH,
  /// The supervisor ended it for its memory, or it ran out of heap.
  MEMORY,
  /// The supervisor ended it for the size of its temporary files.
  FILES,
  /// The supervisor ended it for its processor time.
  CPU,
  /// The supervisor ended it for its age.
  WALL_CLOCK,
  /// It was retired.
  RETIRED;

  /// The reason in the words that `beforeunload` listeners expect.
  String reason() {
    return switch (this) {
      case MEMORY -> "memory";
      case CPU -> "cpu";
      case WALL_CLOCK -> "wall_clock";
      case BOOT, CRASH, FILES -> "termination";
      case RETIRED -> "early_drop";
    };
  }
}
