package io.stabbur.console.file;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.project.ProjectChoice;
import io.stabbur.storage.upkeep.StorageOverview;
import java.util.Optional;

/// The files of a project.
///
/// @param overview absent where the database does not answer
public record FilesPage(Frame frame, ProjectChoice choice, Optional<StorageOverview> overview)
    implements Page {}
