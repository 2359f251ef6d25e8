package io.stabbur.operations.alert;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What operators ask of alerts: of all of them, or of those of one project.
@Singleton
public final class AlertDesk {
  private static final Duration LONGEST = Duration.ofDays(366);
  private static final String PROJECT = "project";

  private final AlertEngine engine;
  private final AlertHome home;
  private final AlertJson json;
  private final AlertRules rules;

  AlertDesk(AlertEngine engine, AlertHome home, AlertJson json, AlertRules rules) {
    this.engine = engine;
    this.home = home;
    this.json = json;
    this.rules = rules;
  }

  /// Alerts that fire.
  ///
  /// @param project whose; of all where it is absent
  JsonNode firing(@Nullable String project) {
    var view = engine.view();
    var now = Instant.now();
    var nodes = new ArrayList<JsonNode>();
    for (var alert : view.alerts()) {
      if (alert.fires() && isOf(project, alert.project())) {
        var fields = json.fields(alert);
        fields.put(
            "silencedBy",
            JsonNode.createArrayNode(
                view.silences().stream()
                    .filter(silence -> silence.covers(alert, now))
                    .map(silence -> AlertJson.text(silence.id().toString()))
                    .toList()));
        nodes.add(AlertJson.object(fields));
      }
    }
    return list("alerts", nodes);
  }

  /// Alerts that fired, the newest first, with what was told of them and what silenced them.
  ///
  /// @param project whose; with one, only its own silences are shown, and nothing of the
  ///   appliance's receivers
  JsonNode history(@Nullable String project) {
    return list(
        "alerts",
        past(project).stream()
            .map(past -> project == null ? past : past.forProject(isFor(project)))
            .map(json::of)
            .toList());
  }

  private List<PastAlert> past(@Nullable String project) {
    return home.ifKept().map(store -> store.history(project)).orElse(List.of());
  }

  /// The newest alerts of all projects that are over; none while the control database does not
  /// answer.
  public List<EndedAlert> ended(int most) {
    try {
      return past(null).stream()
          .map(PastAlert::alert)
          .flatMap(alert -> EndedAlert.of(alert).stream())
          .limit(most)
          .toList();
    } catch (ApiException _) {
      return List.of();
    }
  }

  /// Alerts that fire, of all projects, the worst and then the oldest first, with the silence that
  /// covers each.
  public List<OpenAlert> open() {
    var now = Instant.now();
    var silences = silences(now);
    return engine.view().alerts().stream()
        .filter(Alert::fires)
        .map(alert -> OpenAlert.of(alert, silences, now))
        .sorted(OpenAlert.WORST_FIRST)
        .toList();
  }

  /// As they are now; while the database does not answer, as they were judged last.
  private List<Silence> silences(Instant now) {
    try {
      return home.ifKept().map(store -> store.silences(now)).orElse(List.of());
    } catch (ApiException _) {
      return engine.view().silences();
    }
  }

  /// Silences an alert until a moment.
  public void silence(OpenAlert alert, String reason, Instant until) {
    var matchers = new LinkedHashMap<String, String>();
    matchers.put("alertname", alert.name());
    matchers.putAll(alert.labels());
    var _ = silence(matchers, reason, until);
  }

  /// Ends a silence.
  public void unsilence(UUID silence) {
    unsilence(null, silence.toString());
  }

  JsonNode silences(@Nullable String project) {
    return list(
        "silences",
        home.ifKept().map(store -> store.silences(Instant.now())).orElse(List.of()).stream()
            .filter(isFor(project))
            .map(AlertJson::of)
            .toList());
  }

  private static Predicate<Silence> isFor(@Nullable String project) {
    return silence -> isOf(project, silence.matchers().getOrDefault(PROJECT, ""));
  }

  private static boolean isOf(@Nullable String project, String other) {
    return project == null || project.equals(other);
  }

  /// `{"matchers": {"alertname": "DiskFull"}, "reason": "…", "endsAt": "2026-12-01T00:00:00Z"}`.
  JsonNode silence(@Nullable String project, byte @Nullable [] body) {
    var asked = Json.parse(body == null ? new byte[0] : body);
    var matchers = new LinkedHashMap<String, String>();
    var given = asked.isObject() ? asked.get("matchers") : null;
    if (given != null && given.isObject()) {
      for (var each : given.entries()) {
        var value = Json.scalar(each.getValue());
        require(value.isPresent(), "a matcher is a label and a text");
        matchers.put(each.getKey(), value.orElseThrow());
      }
    }
    require(!matchers.isEmpty(), "matchers must name a label and its value, such as alertname");
    requireKnown(matchers.get("alertname"));
    if (project != null) {
      matchers.put(PROJECT, project);
    }
    return AlertJson.of(
        silence(matchers, Json.text(asked, "reason"), moment(Json.text(asked, "endsAt"))));
  }

  /// A misspelt name would silence nothing, and nobody would notice.
  private void requireKnown(@Nullable String alert) {
    require(
        alert == null || rules.all().stream().anyMatch(rule -> rule.name().equals(alert)),
        "There is no alert %s; `stabbur alerts rules` lists them".formatted(alert));
  }

  private Silence silence(Map<String, String> matchers, String reason, Instant until) {
    require(!reason.isBlank(), "A silence needs a reason");
    var now = Instant.now();
    require(
        until.isAfter(now) && until.isBefore(now.plus(LONGEST)),
        "endsAt must be a moment to come, within a year, such as 2026-12-01T00:00:00Z");
    var id = home.store().silence(matchers, reason, now, until);
    return new Silence(id, matchers, reason, now, until);
  }

  void unsilence(@Nullable String project, String id) {
    var now = Instant.now();
    boolean isKnown =
        home.ifKept().map(store -> store.silences(now)).orElse(List.of()).stream()
            .filter(isFor(project))
            .anyMatch(silence -> silence.id().toString().equals(id));
    if (!isKnown || !home.store().unsilence(UUID.fromString(id), now)) {
      throw new ApiException(new Failure.NoSuchRoute("/silences/" + id));
    }
  }

  JsonNode test() {
    return AlertJson.object(Map.of("receivers", AlertJson.texts(engine.test(Instant.now()))));
  }

  private static JsonNode list(String name, List<JsonNode> nodes) {
    return AlertJson.object(Map.of(name, JsonNode.createArrayNode(nodes)));
  }

  private static Instant moment(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException _) {
      return Instant.EPOCH;
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new ApiException(new Failure.Malformed(message));
    }
  }
}
