package io.stabbur.console.expert;

import io.stabbur.project.Migrations;
import java.util.List;

/// Migrations, the newest first.
///
/// @param isKept whether this server applies any
public record MigrationList(boolean isKept, List<Migrations.Line> lines) {
  public MigrationList {
    lines = List.copyOf(lines);
  }
}
