package io.stabbur.console.backup;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.project.Window;

/// The backups of projects, some at a time.
public record BackupsPage(Frame frame, Window<ProjectBackups> projects) implements Page {}
