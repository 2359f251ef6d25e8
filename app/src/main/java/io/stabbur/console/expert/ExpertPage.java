package io.stabbur.console.expert;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.project.ProjectChoice;
import java.util.Optional;

/// A page for experts about a project.
///
/// @param <T> what it shows
/// @param shown absent where the database does not answer, or there is no project
public record ExpertPage<T>(Frame frame, ProjectChoice choice, ExpertTool tool, Optional<T> shown)
    implements Page {}
