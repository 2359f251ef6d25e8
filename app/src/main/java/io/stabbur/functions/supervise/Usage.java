package io.stabbur.functions.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What a process uses, as Linux tells in `/proc`.
///
/// @param cpuMillis processor time so far
/// @param residentBytes memory in use now
record Usage(long cpuMillis, long residentBytes) {
  private static final long PAGE = 4096;
  // Linux counts in hundredths of a second towards programs, whatever its own clock is
  private static final long MILLIS_PER_TICK = 10;

  /// Empty once the process is gone.
  static Optional<Usage> of(long pid) {
    try {
      var folder = Path.of("/proc", Long.toString(pid));
      var stat = Files.readString(folder.resolve("stat"));
      // the program's name stands in parentheses and may hold blanks
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      long pages = Long.parseLong(fields[21]);
      return Optional.of(new Usage(ticks * MILLIS_PER_TICK, pages * PAGE));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }
}
