package io.stabbur.console.request;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import java.util.Map;

/// What is kept about somebody, counted, and the two answers that there are.
public record DataRequestPage(
    Frame frame, String project, Subject subject, Map<String, Integer> kept) implements Page {
  public String path() {
    return "/data-requests/" + project + "/" + subject.id();
  }
}
