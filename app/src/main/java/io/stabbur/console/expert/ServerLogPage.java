package io.stabbur.console.expert;

import io.stabbur.operations.log.LogLine;
import io.stabbur.operations.log.ServerLog;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The last lines of the server's own log.
///
/// @param filter which of them
/// @param lines the newest first
/// @param last the number after which lines are new
/// @param mark by which the page names its script
public record ServerLogPage(ServerLog.Filter filter, List<LogLine> lines, long last, String mark) {
  public ServerLogPage {
    lines = List.copyOf(lines);
  }

  /// Where new lines are told, below `/console`.
  public String live() {
    return "/expert/log/live?after=" + last + filterQuery();
  }

  private String filterQuery() {
    return "&level=" + encoded(filter.level()) + "&logger=" + encoded(filter.logger());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
