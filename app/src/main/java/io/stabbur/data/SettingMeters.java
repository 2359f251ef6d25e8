package io.stabbur.data;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// `stabbur_rest_settings_invalid`: whether a `pgrst` setting in a project's database is wrong.
@Singleton
final class SettingMeters {
  private final MeterRegistry registry;
  private final ConcurrentMap<String, Told> projects = new ConcurrentHashMap<>();

  SettingMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /// What became of the settings when they were read last.
  enum State {
    /// They are in force.
    VALID(0),
    /// Those before them are in force.
    PREVIOUS_STAY(1),
    /// There were none before them, so nothing is served.
    NOTHING_SERVED(2);

    /// The value of the metric.
    private final int told;

    State(int told) {
      this.told = told;
    }
  }

  /// Where the data API of one project tells the state of its settings.
  static final class Told {
    private volatile State state = State.VALID;

    void now(State state) {
      this.state = state;
    }
  }

  /// The place of a project; one that is opened again goes on with the same.
  Told of(Project project) {
    return projects.computeIfAbsent(project.name(), this::register);
  }

  private Told register(String project) {
    var told = new Told();
    Gauge.builder("stabbur.rest.settings.invalid", told, each -> each.state.told)
        .description(
            "1 while a pgrst setting in the database is wrong and the previous ones stay, 2 while"
                + " nothing is served for want of previous ones, else 0")
        .tag("project", project)
        .register(registry);
    return told;
  }
}
