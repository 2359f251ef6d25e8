package io.stabbur.console.request;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import java.util.List;

/// Whose request is answered.
///
/// @param who what was filled in: an address, or the number of a record
public record DataRequestsPage(
    Frame frame, String project, List<String> projects, boolean isSilent, String who)
    implements Page {
  public DataRequestsPage {
    projects = List.copyOf(projects);
  }
}
