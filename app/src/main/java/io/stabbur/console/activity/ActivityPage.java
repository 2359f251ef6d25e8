package io.stabbur.console.activity;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What operators did, the newest first.
///
/// @param who whose deeds are asked for; empty for everybody's
/// @param more how many are shown when more are asked for; 0 where there are no more
public record ActivityPage(Frame frame, List<Deed> deeds, String who, int more) implements Page {
  public ActivityPage {
    deeds = List.copyOf(deeds);
  }

  /// The query of the page with more.
  public String moreQuery() {
    return "?most=" + more + "&who=" + URLEncoder.encode(who, StandardCharsets.UTF_8);
  }
}
