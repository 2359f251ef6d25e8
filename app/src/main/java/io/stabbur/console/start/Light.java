package io.stabbur.console.start;

import java.util.Locale;

/// How it stands, the worst last.
public enum Light {
  GREEN,
  YELLOW,
  RED;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
