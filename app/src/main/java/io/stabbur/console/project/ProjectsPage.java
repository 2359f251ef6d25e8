package io.stabbur.console.project;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;

/// The projects, some at a time.
///
/// @param name of a new one, as it was given; empty where none was
public record ProjectsPage(Frame frame, Window<ProjectCard> projects, String name, String hosts)
    implements Page {}
