package io.stabbur.toy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.stabbur.identity.Caller;
import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRules;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A whole room: its path and who may go there, its settings, its background work, its metric and
/// what it keeps for each project. Nothing outside this file knows of it.
final class ToyRoom {
  private ToyRoom() {}

  @ConfigurationProperties("stabbur.toy")
  @Requires(property = "stabbur.toy.greeting")
  record Settings(
      @Bindable(defaultValue = "") String greeting,
      @Bindable(defaultValue = "1m") Duration every) {}

  @Singleton
  @Requires(property = "stabbur.toy.greeting")
  static final class Routes implements RouteRules {
    @Override
    public List<RouteRule> routes() {
      return List.of(RouteRule.under("/toy/v1"));
    }
  }

  @Singleton
  @Requires(property = "stabbur.toy.greeting")
  static final class Counts implements RoomChores {
    private final Settings settings;
    private final MeterRegistry meters;
    private final PerProject<AtomicInteger> counts = new PerProject<>(_ -> new AtomicInteger());

    Counts(Settings settings, MeterRegistry meters) {
      this.settings = settings;
      this.meters = meters;
    }

    AtomicInteger of(Project project) {
      return counts.of(project);
    }

    @Override
    public List<Chore> chores(Project project) {
      meters.gauge("stabbur.toy.runs", of(project));
      return List.of(
          Chore.every(settings.every(), "toy-count", () -> of(project).incrementAndGet()));
    }
  }

  @Controller("/toy/v1")
  @Requires(property = "stabbur.toy.greeting")
  static final class Api {
    private final Settings settings;
    private final Counts counts;

    Api(Settings settings, Counts counts) {
      this.settings = settings;
      this.counts = counts;
    }

    @Get(uri = "/greeting", produces = "text/plain")
    String greeting(Caller caller) {
      return settings.greeting() + " " + caller.role() + " " + counts.of(caller.project()).get();
    }
  }
}
