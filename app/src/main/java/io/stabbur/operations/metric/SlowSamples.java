package io.stabbur.operations.metric;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.Migrations;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.ServerSettings;
import io.stabbur.project.StoreSettings;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What changes by the day and costs more to ask: `stabbur_migrations_pending`,
/// `stabbur_migrations_changed` (files that were edited after they ran) and
/// `stabbur_certificate_expires_timestamp_seconds` of the addresses `public-url` and `store`.
@Singleton
final class SlowSamples implements RoomChores, SampleSource {
  private static final Duration EVERY = Duration.ofMinutes(5);

  private final ServerSettings server;
  private final PerProject<Kept> kept = new PerProject<>(_ -> new Kept());

  SlowSamples(ServerSettings server) {
    this.server = server;
  }

  /// The newest samples of a project.
  private static final class Kept {
    private volatile List<Sample> samples = List.of();
  }

  @Override
  public List<Chore> chores(Project project) {
    return List.of(Chore.every(EVERY, "slow-metrics", () -> sample(project)));
  }

  void sample(Project project) {
    var samples = new ArrayList<Sample>();
    migrations(samples, project);
    certificate(samples, "public-url", project.publicUrl());
    if (project.store() instanceof StoreSettings.S3 store && store.endpoint() != null) {
      certificate(samples, "store", store.endpoint());
    }
    kept.of(project).samples = List.copyOf(samples);
  }

  @Override
  public List<Sample> of(Project project) {
    return kept.of(project).samples;
  }

  private void migrations(List<Sample> samples, Project project) {
    if (!project.settings().prepare()) {
      return;
    }
    try {
      int pending = 0;
      int changed = 0;
      for (var line : new Migrations(project.admin(), server.migrations()).status()) {
        pending += line.state() == Migrations.State.PENDING ? 1 : 0;
        changed += line.state() == Migrations.State.CHANGED ? 1 : 0;
      }
      samples.add(new Sample("stabbur_migrations_pending", new LinkedHashMap<>(), pending));
      samples.add(new Sample("stabbur_migrations_changed", new LinkedHashMap<>(), changed));
    } catch (StartFailure | ApiException _) {
      // the database or the folder cannot be read: other alerts say so
    }
  }

  private static void certificate(List<Sample> samples, String endpoint, URI address) {
    Certificates.end(address)
        .ifPresent(
            end ->
                samples.add(
                    new Sample(
                        "stabbur_certificate_expires_timestamp_seconds",
                        new LinkedHashMap<>(Map.of("endpoint", endpoint)),
                        end)));
  }
}
