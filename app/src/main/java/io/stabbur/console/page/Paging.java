package io.stabbur.console.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Where a page of a list stands, and what the links to the others say.
///
/// @param text what is looked for; empty for all
/// @param isFirst whether the page begins with the first of the list
/// @param next after what the next page begins; absent on the last one
public record Paging(String text, boolean isFirst, @Nullable String next) {
  /// Whether there is more than the page shows.
  public boolean isPart() {
    return !isFirst || next != null;
  }

  public String firstQuery() {
    return "?q=" + encoded(text);
  }

  public String nextQuery() {
    return "?after=" + encoded(next == null ? "" : next) + "&q=" + encoded(text);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
