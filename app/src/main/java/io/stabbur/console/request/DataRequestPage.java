package io.stabbur.console.request;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.control.operator.Approval;
import java.util.Map;
import java.util.Optional;

/// What is kept about somebody, counted, and the two answers that there are.
///
/// @param waiting who asked that the person be erased, which another operator has to agree to
public record DataRequestPage(
    Frame frame,
    String project,
    Subject subject,
    Map<String, Integer> kept,
    Optional<Approval> waiting)
    implements Page {
  public String path() {
    return "/data-requests/" + project + "/" + subject.id();
  }
}
