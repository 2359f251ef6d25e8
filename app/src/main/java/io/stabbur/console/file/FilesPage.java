package io.stabbur.console.file;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.project.ProjectChoice;
import io.stabbur.storage.upkeep.StorageOverview;
import java.util.Optional;

/// What takes room.
///
/// @param overview empty where the database does not answer
/// @param form how long files are to be kept, as it was sent; empty where nothing was refused
public record FilesPage(
    Frame frame, ProjectChoice choice, Optional<StorageOverview> overview, ConsoleForm form)
    implements Page {}
