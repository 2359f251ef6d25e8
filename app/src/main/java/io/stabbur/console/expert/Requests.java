package io.stabbur.console.expert;

import io.stabbur.operations.request.RequestReport;
import java.util.List;

/// The requests of the last minutes.
///
/// @param status those of this status and above
/// @param isKept whether there is a log
public record Requests(
    int minutes,
    int status,
    boolean isKept,
    List<RequestReport.Count> routes,
    List<RequestReport.Line> lines) {
  public Requests {
    routes = List.copyOf(routes);
    lines = List.copyOf(lines);
  }
}
