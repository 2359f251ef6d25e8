package io.stabbur.console.activity;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What operators did, the newest first.
///
/// @param who whose deeds are asked for; empty for everybody's
/// @param isFirst whether the list begins with the newest
/// @param next the number below which the next page begins; absent on the last one
public record ActivityPage(
    Frame frame, List<Deed> deeds, String who, boolean isFirst, @Nullable Long next)
    implements Page {
  public ActivityPage {
    deeds = List.copyOf(deeds);
  }

  public String firstQuery() {
    return "?who=" + encoded();
  }

  public String nextQuery() {
    return "?before=" + next + "&who=" + encoded();
  }

  /// What the file is asked for: the same people's deeds.
  public String fileQuery() {
    return who.isEmpty() ? "" : firstQuery();
  }

  private String encoded() {
    return URLEncoder.encode(who, StandardCharsets.UTF_8);
  }
}
