package io.stabbur.console.page;

import java.util.regex.Pattern;

/// The path of a page below `/console`, as links name it to come back.
public final class PagePath {
  private static final int LONGEST = 200;
  private static final Pattern FORM = Pattern.compile("(?:/[a-zA-Z0-9][a-zA-Z0-9._-]*+)*+");

  private PagePath() {}

  /// The path; the start page's where it is none, so that no link leads elsewhere.
  public static String of(String text) {
    return text.length() <= LONGEST && FORM.matcher(text).matches() ? text : "";
  }
}
