package io.stabbur.console.project;

import java.util.List;
import java.util.Locale;

/// A project, as the page shows it.
///
/// @param hosts the names under which it is asked for; none where it answers to all
public record ProjectCard(String name, List<String> hosts, State state, Origin origin) {
  /// Whether it is served.
  public enum State {
    SERVED,
    SILENT,
    ASLEEP,
    SUSPENDED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Where it was named.
  public enum Origin {
    /// In the settings: it is changed there.
    SETTINGS,
    /// Here, or with the command.
    ADDED
  }

  public ProjectCard {
    hosts = List.copyOf(hosts);
  }

  public boolean isAdded() {
    return origin == Origin.ADDED;
  }
}
