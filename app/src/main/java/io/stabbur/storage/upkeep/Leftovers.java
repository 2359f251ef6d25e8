package io.stabbur.storage.upkeep;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.Sweep;
import io.stabbur.storage.backend.Backends;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// Removes what a process that was killed left at the store and no row or note names: files that
/// never came to their place, and uploads in parts that were begun and not recorded.
@Singleton
public final class Leftovers implements Sweep {
  private static final int ROUNDS_A_LIFE = 24;
  private final Backends backends;
  private final StorageSettings settings;
  private final PerProject<AtomicReference<Instant>> nextRound =
      new PerProject<>(_ -> new AtomicReference<>(Instant.EPOCH));

  Leftovers(Backends backends, StorageSettings settings) {
    this.backends = backends;
    this.settings = settings;
  }

  @Override
  public String name() {
    return "leftovers";
  }

  @Override
  public void sweep(Project project) {
    var next = nextRound.of(project);
    var now = Instant.now();
    if (now.isAfter(next.get())) {
      next.set(now.plus(settings.abandonedAfter().dividedBy(ROUNDS_A_LIFE)));
      tidy(project, now.minus(settings.abandonedAfter()));
    }
  }

  /// Removes what was left before a moment.
  void tidy(Project project, Instant before) {
    var underWay = underWay(project);
    backends.of(project).tidy(project.name(), before, underWay::contains);
  }

  private static Set<String> underWay(Project project) {
    return project
        .admin()
        .exchange(
            Operation.keeper(project),
            Access.READ,
            Statement.of(
                "select store_upload from stabbur_storage.resumable_uploads"
                    + " union all select id from storage.s3_multipart_uploads"),
            rows -> {
              var uploads = new HashSet<String>();
              while (rows.next()) {
                uploads.add(rows.getString(1));
              }
              return uploads;
            });
  }
}
