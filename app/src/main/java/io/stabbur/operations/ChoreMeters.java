package io.stabbur.operations;

import io.micrometer.core.instrument.MeterRegistry;
import io.stabbur.project.life.ChoreListener;
import jakarta.inject.Singleton;

/// `stabbur_chore_runs_total`: the runs of background work, by project, chore and outcome.
@Singleton
final class ChoreMeters implements ChoreListener {
  private final MeterRegistry registry;

  ChoreMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void succeeded(String project, String chore) {
    count(project, chore, "success");
  }

  @Override
  public void skipped(String project, String chore) {
    count(project, chore, "skipped");
  }

  @Override
  public void failed(String project, String chore, int inARow) {
    count(project, chore, "failure");
  }

  private void count(String project, String chore, String outcome) {
    registry
        .counter("stabbur.chore.runs", "project", project, "chore", chore, "outcome", outcome)
        .increment();
  }
}
