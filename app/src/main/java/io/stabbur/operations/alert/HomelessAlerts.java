package io.stabbur.operations.alert;

import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Judges and tells alerts from memory while no project is open, because the chores of alerts are
/// those of a project: that none opens is an alert.
@Context
final class HomelessAlerts {
  private static final Logger LOG = LoggerFactory.getLogger(HomelessAlerts.class);

  private final AlertSettings settings;
  private final AlertPlace place;
  private final AlertEngine engine;
  private final Thread thread;

  HomelessAlerts(AlertSettings settings, AlertPlace place, AlertEngine engine) {
    this.settings = settings;
    this.place = place;
    this.engine = engine;
    this.thread = Thread.ofVirtual().name("alerts without a project").unstarted(this::run);
    if (settings.enabled() && place.home().isEmpty()) {
      thread.start();
    }
  }

  /// Until a project is open: from then on its chores do the work.
  private void run() {
    try {
      while (place.home().isEmpty()) {
        Thread.sleep(settings.every());
        once();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void once() {
    try {
      var now = Instant.now();
      if (place.home().isEmpty()) {
        engine.judge(now);
        engine.deliver(now);
      }
    } catch (RuntimeException e) {
      LOG.warn("Alerts could not be judged", e);
    }
  }

  @PreDestroy
  void stop() {
    thread.interrupt();
  }
}
