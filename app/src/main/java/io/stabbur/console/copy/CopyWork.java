package io.stabbur.console.copy;

import io.stabbur.console.run.Run;

/// A backup that is restored as a new project.
///
/// @param name of the new project
public record CopyWork(String backup, String name) implements Run.Work {
  @Override
  public String word() {
    return "copy";
  }
}
