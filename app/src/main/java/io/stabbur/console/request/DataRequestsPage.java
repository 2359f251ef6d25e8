package io.stabbur.console.request;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.control.operator.Approval;
import java.util.List;

/// Whose request is answered.
///
/// @param who what was filled in: an address, or the number of a record
/// @param waiting erasures that another operator has to agree to
public record DataRequestsPage(
    Frame frame,
    String project,
    List<String> projects,
    boolean isSilent,
    String who,
    List<Approval> waiting)
    implements Page {
  public DataRequestsPage {
    waiting = List.copyOf(waiting);
    projects = List.copyOf(projects);
  }
}
