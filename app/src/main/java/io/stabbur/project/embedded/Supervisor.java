package io.stabbur.project.embedded;

import java.util.ArrayList;
import java.util.List;

/// A small shell under which a program runs, and which ends it when its own standard input ends. So
/// a program whose standard input is a pipe from this process ends with this process, even where
/// that is killed.
final class Supervisor {
  private static final String SCRIPT =
      """
      signal=$1
      shift
      exec 3<&0
      "$@" </dev/null 3<&- &
      child=$!
      trap 'kill -$signal $child' INT TERM
      (while read -r _ <&3; do :; done; kill -$signal $child 2>/dev/null) &
      reader=$!
      exec 3<&-
      while kill -0 $child 2>/dev/null; do wait $child; done
      kill $reader 2>/dev/null
      """;

  private Supervisor() {}

  /// The command line that runs `program` so.
  ///
  /// @param name what lists of processes show
  /// @param signal that ends the program in good order, such as `TERM`
  static List<String> line(String name, String signal, List<String> program) {
    var line = new ArrayList<>(List.of("sh", "-c", SCRIPT, name, signal));
    line.addAll(program);
    return line;
  }
}
