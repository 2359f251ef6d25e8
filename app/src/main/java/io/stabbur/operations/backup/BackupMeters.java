package io.stabbur.operations.backup;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// `stabbur_backup_last_success_timestamp_seconds`, `…_last_restore_proof_timestamp_seconds` and
/// `…_log_shipped_timestamp_seconds` by project; 0 for never. What was never proven counts from its
/// first backup, and nothing does where the clock rehearses nothing.
@Context
final class BackupMeters {
  BackupMeters(Projects projects, Backups backups, MeterRegistry registry) {
    projects.eachProject(
        project -> {
          if (backups.isEnabled(project)) {
            var meters = new OfName(projects, registry, project.name());
            meters.gauge("last_success", of -> seconds(backups.lately(of).lastBackupAt()));
            if (backups.isProven()) {
              meters.gauge(
                  "last_restore_proof",
                  of -> backups.provenSince(of).map(BackupMeters::seconds).orElse(Double.NaN));
            }
            if (!backups.isDumped(project)) {
              meters.gauge("log_shipped", of -> seconds(backups.lately(of).shippedAt()));
            }
          }
        });
  }

  /// Meters are registered once for each name: a project that is opened again is another one. While
  /// none is open, there is no value.
  private record OfName(Projects projects, MeterRegistry registry, String project) {
    void gauge(String what, ToDoubleFunction<Project> value) {
      var name = project;
      Gauge.builder(
              "stabbur.backup." + what.replace('_', '.') + ".timestamp",
              projects,
              all -> all.byName(name).map(value::applyAsDouble).orElse(Double.NaN))
          .tag("project", name)
          .baseUnit("seconds")
          .register(registry);
    }
  }

  private static double seconds(@Nullable Instant moment) {
    return moment == null ? 0 : Duration.between(Instant.EPOCH, moment).toSeconds();
  }
}
