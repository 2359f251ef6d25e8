package io.stabbur.cli;

import io.stabbur.moving.Progress;
import java.io.Console;
import java.util.Optional;

/// How a move goes. On a terminal one line that changes; elsewhere a line where another kind of
/// work begins, such as `rows ...`, and one for each thing that is done.
final class ProgressLines implements Progress {
  private static final int WIDTH = 100;

  private final boolean isTerminal =
      Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  private String kind = "";

  @Override
  public void at(String what, String name, String detail) {
    if (isTerminal) {
      var line = "%s %s %s".formatted(what, name, detail);
      System.out.print("\r" + (line + " ".repeat(WIDTH)).substring(0, WIDTH));
      System.out.flush();
    } else if (!what.equals(kind)) {
      kind = what;
      System.out.println(what + " ...");
    }
  }

  @Override
  public void done(String what, String name, String detail) {
    if (!detail.equals("0 rows")) {
      clear();
      System.out.println("%s %s %s".formatted(what, name, detail).replaceAll(" +", " ").strip());
    }
  }

  void clear() {
    if (isTerminal) {
      System.out.print("\r" + " ".repeat(WIDTH) + "\r");
    }
  }
}
