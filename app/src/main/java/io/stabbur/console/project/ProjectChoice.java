package io.stabbur.console.project;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Which project a page is about, and which others there are.
///
/// @param name empty where there is none yet
public record ProjectChoice(String name, List<String> names) {
  static final String PARAMETER = "project";

  public ProjectChoice {
    names = List.copyOf(names);
  }

  public boolean isOneOfMany() {
    return names.size() > 1;
  }

  /// What follows the address of the page in another language; empty where there is one project.
  public String also() {
    return isOneOfMany() ? "&" + parameter() : "";
  }

  /// The query of a page about this project; empty where there is one.
  public String query() {
    return isOneOfMany() ? "?" + parameter() : "";
  }

  /// The address of a page about this project that says what was done.
  public String after(String path, String done) {
    return path + "?done=" + done + also();
  }

  private String parameter() {
    return PARAMETER + "=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
  }
}
