package io.stabbur.console.expert;

import java.util.Locale;

/// The pages for experts.
public enum ExpertTool {
  TABLES,
  STATEMENT,
  STORAGE,
  USERS,
  POLICIES,
  STATEMENTS,
  REQUESTS,
  LOG,
  FUNCTIONS,
  REALTIME,
  METRICS,
  REPLICAS,
  MIGRATIONS;

  /// Its address and the key of its texts.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String path() {
    return "/expert/" + word();
  }

  String title() {
    return "expert." + word() + ".title";
  }
}
