package io.stabbur.console.project;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import java.util.List;

/// The projects.
///
/// @param name of a new one, as it was given; empty where none was
public record ProjectsPage(Frame frame, List<ProjectCard> projects, String name, String hosts)
    implements Page {
  public ProjectsPage {
    projects = List.copyOf(projects);
  }
}
