package io.stabbur.operations.alert;

import static io.stabbur.operations.alert.AlertJson.object;
import static io.stabbur.operations.alert.AlertJson.text;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.OperatorMail;
import io.stabbur.platform.client.OutboundCalls;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Tells receivers of alerts, each in its own form.
@Singleton
final class Receivers {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration KEPT_BY_ALERTMANAGER = Duration.ofMinutes(5);
  private static final int LARGEST_ANSWER = 64 * 1024;

  private final List<ReceiverSettings> all;
  private final OperatorMail mail;
  private final AlertJson json;
  private final AlertPlace place;
  private final OutboundCalls calls = new OutboundCalls(Duration.ofSeconds(5));

  Receivers(List<ReceiverSettings> all, OperatorMail mail, AlertJson json, AlertPlace place) {
    this.all = all.stream().flatMap(ReceiverSettings::each).toList();
    this.mail = mail;
    this.json = json;
    this.place = place;
  }

  List<ReceiverSettings> all() {
    return all;
  }

  /// Those that are told once of each change; an Alertmanager is told again and again instead.
  List<ReceiverSettings> ofChanges() {
    return all.stream().filter(each -> each.kind() != ReceiverSettings.Kind.ALERTMANAGER).toList();
  }

  List<ReceiverSettings> alertmanagers() {
    return all.stream().filter(each -> each.kind() == ReceiverSettings.Kind.ALERTMANAGER).toList();
  }

  /// @throws IOException where the receiver did not take it; the message says why, without secrets
  void send(ReceiverSettings to, List<Alert> alerts) throws IOException {
    switch (to.kind()) {
      case MAIL -> mail(to, alerts);
      case WEBHOOK -> post(to, "", json.webhook(to.name(), alerts));
      case SLACK -> post(to, "", slack(alerts));
      case TEAMS -> post(to, "", teams(alerts));
      case MATRIX -> matrix(to, alerts);
      case ALERTMANAGER -> post(to, "/api/v2/alerts", alertmanager(alerts));
    }
  }

  private void mail(ReceiverSettings to, List<Alert> alerts) throws IOException {
    for (var address : to.to() == null ? List.<String>of() : to.to()) {
      mail.send(
          address,
          "[Stabbur] " + AlertText.subject(alerts),
          AlertText.body(alerts, json, place.url()));
    }
  }

  private JsonNode slack(List<Alert> alerts) {
    var plain = AlertText.subject(alerts) + "\n\n" + AlertText.body(alerts, json, place.url());
    return object(
        Map.of(
            "text", text(plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))));
  }

  private JsonNode teams(List<Alert> alerts) {
    var blocks = new ArrayList<JsonNode>();
    blocks.add(block(AlertText.subject(alerts), "bolder"));
    for (var paragraph : AlertText.body(alerts, json, place.url()).split("\n\n", -1)) {
      blocks.add(block(paragraph.replace("\n", "\n\n"), "default"));
    }
    var card = new LinkedHashMap<String, JsonNode>();
    card.put("type", text("AdaptiveCard"));
    card.put("version", text("1.4"));
    card.put("body", JsonNode.createArrayNode(blocks));
    var attachment = new LinkedHashMap<String, JsonNode>();
    attachment.put("contentType", text("application/vnd.microsoft.card.adaptive"));
    attachment.put("content", object(card));
    var message = new LinkedHashMap<String, JsonNode>();
    message.put("type", text("message"));
    message.put("attachments", JsonNode.createArrayNode(List.of(object(attachment))));
    return object(message);
  }

  private static JsonNode block(String words, String weight) {
    var block = new LinkedHashMap<String, JsonNode>();
    block.put("type", text("TextBlock"));
    block.put("text", text(words));
    block.put("weight", text(weight));
    block.put("wrap", JsonNode.createBooleanNode(true));
    return object(block);
  }

  /// The id in the address is the same at each try: the server takes the second for the first.
  private void matrix(ReceiverSettings to, List<Alert> alerts) throws IOException {
    var id =
        alerts.stream()
            .map(alert -> alert.fingerprint() + alert.state() + alert.startsAt())
            .collect(Collectors.joining(","));
    var path =
        "/_matrix/client/v3/rooms/%s/send/m.room.message/%s"
            .formatted(encoded(String.valueOf(to.room())), Crypto.sha256Hex(id));
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("msgtype", text("m.text"));
    fields.put(
        "body",
        text(AlertText.subject(alerts) + "\n\n" + AlertText.body(alerts, json, place.url())));
    send(to, "PUT", path, object(fields));
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8);
  }

  private JsonNode alertmanager(List<Alert> alerts) {
    var until = Instant.now().plus(KEPT_BY_ALERTMANAGER);
    return JsonNode.createArrayNode(
        alerts.stream()
            .map(
                alert -> {
                  var fields = json.fields(alert);
                  fields.remove("status");
                  fields.remove("fingerprint");
                  if (alert.isOpen()) {
                    fields.put("endsAt", text(until.toString()));
                  }
                  return object(fields);
                })
            .toList());
  }

  private void post(ReceiverSettings to, String path, JsonNode body) throws IOException {
    send(to, "POST", path, body);
  }

  private void send(ReceiverSettings to, String method, String path, JsonNode body)
      throws IOException {
    var request =
        HttpRequest.newBuilder(URI.create(String.valueOf(to.url()).replaceFirst("/$", "") + path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(Json.write(body)));
    if (!to.authorization().isEmpty()) {
      request.header("Authorization", to.authorization());
    }
    call(request.build());
  }

  /// Asks an address and wants to hear that it is fine.
  void beat(URI uri) throws IOException {
    call(HttpRequest.newBuilder(uri).timeout(PATIENCE).GET().build());
  }

  private void call(HttpRequest request) throws IOException {
    try {
      var answer = calls.send(request, LARGEST_ANSWER, PATIENCE);
      if (answer.status() < 200 || answer.status() > 299) {
        throw new IOException("it answered with status " + answer.status());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the server is stopping", e);
    } catch (java.net.ConnectException | java.net.http.HttpTimeoutException e) {
      throw new IOException("it cannot be reached", e);
    }
  }

  @PreDestroy
  void close() {
    calls.close();
  }
}
