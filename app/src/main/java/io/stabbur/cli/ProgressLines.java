package io.stabbur.cli;

import io.stabbur.moving.Progress;
import java.io.Console;
import java.util.Optional;

/// How a move goes. On a terminal one line that changes; elsewhere a line for each thing that is
/// done.
final class ProgressLines implements Progress {
  private static final int WIDTH = 100;

  private final boolean isTerminal =
      Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();

  @Override
  public void at(String what, String name, String detail) {
    if (isTerminal) {
      var line = "%s %s %s".formatted(what, name, detail);
      System.out.print("\r" + (line + " ".repeat(WIDTH)).substring(0, WIDTH));
      System.out.flush();
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
