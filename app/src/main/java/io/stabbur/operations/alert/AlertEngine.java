package io.stabbur.operations.alert;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.stabbur.operations.alert.AlertStore.View;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Project;
import io.stabbur.project.RoomChores;
import io.stabbur.project.life.Chore;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Judges the rules by the clock and tells receivers what changed. Alerts are kept in the control
/// database, so that several replicas tell once; while that is away each process keeps and tells
/// them from memory.
@Singleton
final class AlertEngine implements RoomChores {
  private static final Logger LOG = LoggerFactory.getLogger(AlertEngine.class);
  private static final Duration DELIVERY = Duration.ofSeconds(5);
  private static final Duration REPEAT = Duration.ofMinutes(1);
  private static final int MISSED = 3;

  private final AlertSettings settings;
  private final AlertRules rules;
  private final AlertPlace place;
  private final AlertHome home;
  private final Receivers receivers;
  private final PrometheusMeterRegistry registry;
  private final AlertBook book;
  private final History history;
  private final Outage outage = new Outage();
  private volatile View view = View.EMPTY;
  private volatile Instant judged = Instant.EPOCH;

  AlertEngine(
      AlertSettings settings,
      AlertRules rules,
      AlertPlace place,
      AlertHome home,
      Receivers receivers,
      PrometheusMeterRegistry registry) {
    this.settings = settings;
    this.rules = rules;
    this.place = place;
    this.home = home;
    this.receivers = receivers;
    this.registry = registry;
    this.book = new AlertBook(place.process(), settings.lease());
    this.history = new History(rules.windows());
  }

  @Override
  public List<Chore> chores(Project project) {
    if (!settings.enabled() || !place.isHome(project)) {
      return List.of();
    }
    var chores = new ArrayList<Chore>();
    chores.add(Chore.every(settings.every(), "alerts", () -> judge(Instant.now())));
    var often = settings.every().compareTo(DELIVERY) < 0 ? settings.every() : DELIVERY;
    chores.add(Chore.every(often, "alert-delivery", () -> deliver(Instant.now())));
    chores.add(
        Chore.every(
            Duration.ofHours(1),
            "alert-history",
            () -> expire(Instant.now().minus(settings.history()))));
    if (!receivers.alertmanagers().isEmpty()) {
      chores.add(Chore.every(REPEAT, "alertmanager", this::repeat));
    }
    if (settings.heartbeat() != null) {
      chores.add(Chore.every(settings.heartbeatEvery(), "heartbeat", () -> beat(Instant.now())));
    }
    return chores;
  }

  private void expire(Instant before) {
    home.ifKept().ifPresent(store -> store.expire(before));
  }

  /// The open alerts, and what was resolved lately, as of the last time they were judged.
  View view() {
    return view;
  }

  /// Whether alerts are kept in this process at the moment, for want of their database.
  boolean isFromMemory() {
    return outage.goesOn();
  }

  /// Judges every rule once.
  synchronized void judge(Instant now) {
    history.add(
        now, Series.of(registry.getPrometheusRegistry().scrape(), rules.windows().keySet()));
    var findings = AlertBook.findings(rules.all(), history, place.process());
    var held = new HashSet<>(place.leftOut());
    history
        .now("pg_up")
        .forEach(
            (labels, up) -> {
              if (up < 1) {
                held.add(labels.getOrDefault("project", ""));
              }
            });
    if (!home.answers() || !isKept(findings, held, now)) {
      outage.begin(view.open());
      outage.changed(book.step(outage.open(), findings, held, now));
      view = new View(outage.open(), view.silences());
    }
    judged = now;
  }

  /// A database that answers may still not open, such as at the start or after a failed migration.
  private boolean isKept(List<Finding> findings, Set<String> held, Instant now) {
    try {
      comeBack(now);
      view = keep(findings, held, now);
      return true;
    } catch (ApiException e) {
      LOG.warn("Alerts are kept in memory: {}", e.getMessage());
      return false;
    }
  }

  private View keep(List<Finding> findings, Set<String> held, Instant now) {
    if (home.ifKept().isEmpty() && book.step(List.of(), findings, held, now).isEmpty()) {
      return View.EMPTY;
    }
    return home.store()
        .update(
            now,
            settings.groupWait(),
            receivers.ofChanges().stream().map(ReceiverSettings::name).toList(),
            open -> book.step(open, findings, held, now));
  }

  private void comeBack(Instant now) {
    if (outage.goesOn()) {
      home.store().adopt(outage.open(), outage.told(), now);
      outage.end();
    }
  }

  /// Tells each receiver what is due.
  void deliver(Instant now) {
    if (outage.goesOn()) {
      deliverFromMemory(now);
      return;
    }
    for (var receiver : receivers.ofChanges()) {
      home.ifKept()
          .ifPresent(
              store -> store.deliver(receiver.name(), now, alerts -> send(receiver, alerts)));
    }
  }

  private synchronized void deliverFromMemory(Instant now) {
    for (var receiver : receivers.ofChanges()) {
      var due =
          outage.untold(receiver.name()).stream()
              .filter(alert -> view.silences().stream().noneMatch(each -> each.covers(alert, now)))
              .toList();
      if (!due.isEmpty() && send(receiver, due).isEmpty()) {
        outage.told(receiver.name(), due);
      }
    }
  }

  /// An Alertmanager forgets what it is not told again.
  private void repeat() {
    var now = Instant.now();
    var told =
        view.alerts().stream()
            .filter(alert -> alert.startsAt() != null)
            .filter(alert -> view.silences().stream().noneMatch(each -> each.covers(alert, now)))
            .toList();
    if (!told.isEmpty()) {
      receivers.alertmanagers().forEach(receiver -> send(receiver, told));
    }
  }

  /// Tells that all is well with the alerts themselves: they are judged by the clock.
  private void beat(Instant now) {
    var uri = settings.heartbeat();
    if (uri == null || judged.plus(settings.every().multipliedBy(MISSED)).isBefore(now)) {
      return;
    }
    try {
      receivers.beat(uri);
    } catch (IOException e) {
      LOG.warn("The heartbeat was not taken: {}", e.getMessage());
    }
  }

  /// Empty where it was taken, else why not.
  Optional<String> send(ReceiverSettings receiver, List<Alert> alerts) {
    try {
      receivers.send(receiver, alerts);
      count(receiver, "success");
      return Optional.empty();
    } catch (IOException | ApiException e) {
      var why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      LOG.warn("Alerts were not delivered to {}: {}", receiver.name(), why);
      count(receiver, "failure");
      return Optional.of(why);
    }
  }

  private void count(ReceiverSettings receiver, String outcome) {
    ((MeterRegistry) registry)
        .counter("stabbur.alert.deliveries", "receiver", receiver.name(), "outcome", outcome)
        .increment();
  }

  /// Sends one made-up alert to every receiver: by name, why it was not taken, or `delivered`.
  Map<String, String> test(Instant now) {
    var alert =
        new Alert(
            0,
            "0000000000000000",
            "TestAlert",
            AlertRule.Severity.WARNING,
            Map.of("project", place.home().map(Project::name).orElse("")),
            "This is a test of how alerts are delivered. Nothing is wrong.",
            0,
            Alert.State.FIRING,
            now,
            now,
            null,
            place.process(),
            now);
    var outcomes = new LinkedHashMap<String, String>();
    for (var receiver : receivers.all()) {
      outcomes.put(receiver.name(), send(receiver, List.of(alert)).orElse("delivered"));
    }
    return outcomes;
  }
}
