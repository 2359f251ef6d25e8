package io.stabbur.console.page;

import io.stabbur.control.operator.Role;
import java.util.List;

/// The pages of the navigation.
public enum Section {
  START(""),
  PEOPLE("/people"),
  ORGANIZATIONS("/organizations"),
  DATA_REQUESTS("/data-requests"),
  ALERTS("/alerts"),
  BACKUPS("/backups"),
  VISIBILITY("/visibility"),
  FILES("/files"),
  KEYS("/keys"),
  ACTIVITY("/activity"),
  STATISTICS("/statistics"),
  PROJECTS("/projects"),
  OPERATORS("/operators"),
  MAIL("/mail"),
  SETTINGS("/settings"),
  ACCOUNT("/account"),
  EXPERT("/expert", Role.OPERATOR),
  /// Pages outside the navigation.
  NONE("/none");

  private final String path;
  private final Role needed;

  Section(String path) {
    this(path, Role.AUDITOR);
  }

  Section(String path, Role needed) {
    this.path = path;
    this.needed = needed;
  }

  /// Below `/console`.
  public String path() {
    return path;
  }

  /// Its icon and the key of its name.
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /// Those whose pages it opens.
  public Role needed() {
    return needed;
  }

  public static List<Section> all() {
    return List.of(values()).stream().filter(each -> each != NONE).toList();
  }
}
