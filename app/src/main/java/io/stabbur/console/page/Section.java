package io.stabbur.console.page;

import java.util.List;

/// The pages of the navigation.
public enum Section {
  START(""),
  ALERTS("/alerts"),
  BACKUPS("/backups"),
  VISIBILITY("/visibility"),
  ACTIVITY("/activity"),
  PROJECTS("/projects"),
  OPERATORS("/operators"),
  ACCOUNT("/account"),
  /// Pages outside the navigation.
  NONE("/none");

  private final String path;

  Section(String path) {
    this.path = path;
  }

  /// Below `/console`.
  public String path() {
    return path;
  }

  /// Its icon and the key of its name.
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  public static List<Section> all() {
    return List.of(values()).stream().filter(each -> each != NONE).toList();
  }
}
