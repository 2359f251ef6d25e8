package io.stabbur.console.expert;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.operations.alert.OpenAlert;
import java.util.List;

/// What an engineer does about an alert.
///
/// @param open those of its name that fire
public record RunbookPage(Frame frame, Runbook runbook, List<OpenAlert> open) implements Page {
  public RunbookPage {
    open = List.copyOf(open);
  }
}
