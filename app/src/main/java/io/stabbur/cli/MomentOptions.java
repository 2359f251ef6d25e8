package io.stabbur.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// From which moment of the backups something is restored; one of the three.
final class MomentOptions {
  @Option(names = "--backup", description = "To the end of this backup.")
  @Nullable String backup;

  @Option(
      names = "--to-time",
      description =
          "To this moment: everything committed until then, such as 2026-11-21T14:30:00Z; UTC"
              + " without a zone.")
  @Nullable String time;

  @Option(
      names = "--to-point",
      description = "To a moment named with stabbur.create_recovery_point.")
  @Nullable String point;
}
