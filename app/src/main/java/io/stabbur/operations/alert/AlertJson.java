package io.stabbur.operations.alert;

import io.micronaut.json.tree.JsonNode;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Alerts as JSON, with the fields that receivers of Alertmanager know.
@Singleton
final class AlertJson {
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private final AlertSettings settings;
  private final AlertPlace place;

  AlertJson(AlertSettings settings, AlertPlace place) {
    this.settings = settings;
    this.place = place;
  }

  static JsonNode text(String value) {
    return JsonNode.createStringNode(value);
  }

  static JsonNode object(Map<String, JsonNode> fields) {
    return JsonNode.createObjectNode(fields);
  }

  static JsonNode texts(Map<String, String> map) {
    var fields = new LinkedHashMap<String, JsonNode>();
    map.forEach((name, value) -> fields.put(name, text(value)));
    return object(fields);
  }

  String runbook(Alert alert) {
    return settings.runbooks() + alert.name() + ".md";
  }

  JsonNode of(Alert alert) {
    return object(fields(alert));
  }

  Map<String, JsonNode> fields(Alert alert) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("status", text(alert.state().text()));
    fields.put("labels", texts(alert.allLabels()));
    fields.put("annotations", annotations(alert));
    fields.put("startsAt", moment(alert.startsAt() == null ? alert.activeAt() : alert.startsAt()));
    fields.put("endsAt", moment(alert.endsAt()));
    fields.put("generatorURL", text(place.url() + "/alerts"));
    fields.put("fingerprint", text(alert.fingerprint()));
    return fields;
  }

  JsonNode of(PastAlert past) {
    var fields = fields(past.alert());
    fields.put("pendingAt", moment(past.alert().activeAt()));
    fields.put(
        "deliveries",
        JsonNode.createArrayNode(past.deliveries().stream().map(AlertJson::of).toList()));
    fields.put(
        "silences", JsonNode.createArrayNode(past.silences().stream().map(AlertJson::of).toList()));
    return object(fields);
  }

  private static JsonNode of(PastAlert.Delivery delivery) {
    var fields = new LinkedHashMap<String, JsonNode>();
    if (delivery.receiver() != null) {
      fields.put("receiver", text(delivery.receiver()));
    }
    fields.put("status", text(delivery.status()));
    fields.put("attempts", JsonNode.createNumberNode(delivery.attempts()));
    fields.put("deliveredAt", moment(delivery.deliveredAt()));
    if (delivery.deliveredAt() == null && delivery.failure() != null) {
      fields.put("failure", text(delivery.failure()));
    }
    return object(fields);
  }

  private JsonNode annotations(Alert alert) {
    var annotations = new LinkedHashMap<String, String>();
    annotations.put("summary", alert.summary());
    annotations.put("runbook_url", runbook(alert));
    annotations.put("value", Numbers.plain(alert.value()));
    return texts(annotations);
  }

  private static JsonNode moment(@Nullable Instant moment) {
    return text(moment == null ? NEVER : moment.toString());
  }

  /// What Alertmanager sends to a webhook.
  JsonNode webhook(String receiver, List<Alert> alerts) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("version", text("4"));
    fields.put("groupKey", text("stabbur:" + receiver));
    fields.put("truncatedAlerts", JsonNode.createNumberNode(0));
    fields.put("status", text(alerts.stream().anyMatch(Alert::isOpen) ? "firing" : "resolved"));
    fields.put("receiver", text(receiver));
    fields.put("groupLabels", object(Map.of()));
    fields.put("commonLabels", texts(common(alerts)));
    fields.put("commonAnnotations", object(Map.of()));
    fields.put("externalURL", text(place.url()));
    fields.put("alerts", JsonNode.createArrayNode(alerts.stream().map(this::of).toList()));
    return object(fields);
  }

  private static Map<String, String> common(List<Alert> alerts) {
    var common = new LinkedHashMap<String, String>();
    if (!alerts.isEmpty()) {
      common.putAll(alerts.getFirst().allLabels());
      alerts.forEach(alert -> common.entrySet().retainAll(alert.allLabels().entrySet()));
    }
    return common;
  }

  static JsonNode of(Silence silence) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("id", text(silence.id().toString()));
    fields.put("matchers", texts(silence.matchers()));
    fields.put("reason", text(silence.reason()));
    fields.put("createdAt", text(silence.createdAt().toString()));
    fields.put("endsAt", text(silence.endsAt().toString()));
    return object(fields);
  }
}
