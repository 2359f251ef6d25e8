package io.stabbur.operations.backup;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// `stabbur_backup_last_success_timestamp_seconds`, `…_last_restore_proof_timestamp_seconds` and
/// `…_log_shipped_timestamp_seconds` by project; 0 for never.
@Context
final class BackupMeters {
  private final Backups backups;

  BackupMeters(Projects projects, Backups backups, MeterRegistry registry) {
    this.backups = backups;
    projects.eachProject(
        project -> {
          if (backups.isEnabled(project)) {
            gauge(registry, project, "last_success", BackupStatus::lastBackupAt);
            gauge(registry, project, "last_restore_proof", BackupStatus::lastProofAt);
            if (!backups.isDumped(project)) {
              gauge(registry, project, "log_shipped", BackupStatus::shippedAt);
            }
          }
        });
  }

  private void gauge(
      MeterRegistry registry,
      Project project,
      String what,
      Function<BackupStatus, @Nullable Instant> moment) {
    Gauge.builder(
            "stabbur.backup." + what.replace('_', '.') + ".timestamp",
            project,
            of -> seconds(moment.apply(backups.lately(of))))
        .tag("project", project.name())
        .baseUnit("seconds")
        .register(registry);
  }

  private static double seconds(@Nullable Instant moment) {
    return moment == null ? 0 : Duration.between(Instant.EPOCH, moment).toSeconds();
  }
}
