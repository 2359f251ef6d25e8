package io.stabbur.auth.mail;

import io.stabbur.auth.request.Fields;
import io.stabbur.platform.client.OutboundCalls;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/// Hands text messages to Twilio, to a service that speaks its protocol, or to any service that
/// takes `{"to","from","text","channel"}`.
@Singleton
final class SmsSender {
  private static final int LARGEST_ANSWER = 64 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private final SmsSettings settings;
  private final OutboundCalls calls = new OutboundCalls(Duration.ofSeconds(5));

  SmsSender(SmsSettings settings) {
    this.settings = settings;
  }

  boolean sends() {
    return settings.sends();
  }

  /// The provider's id of the message, "" when it gives none.
  String send(TextMessage message) throws IOException {
    var request =
        switch (String.valueOf(settings.provider())) {
          case "twilio" -> twilio(message);
          case "http" -> plain(message);
          case String other -> throw new IOException("unknown SMS provider " + other);
        };
    try {
      var answer = calls.send(request, LARGEST_ANSWER, PATIENCE);
      if (answer.status() / 100 != 2) {
        throw new IOException("status " + answer.status());
      }
      return id(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private HttpRequest twilio(TextMessage message) {
    var prefix = message.channel().equals("whatsapp") ? "whatsapp:" : "";
    boolean service = settings.sender().startsWith("MG");
    var form =
        "To="
            + encode(prefix + "+" + message.phone())
            + (service ? "&MessagingServiceSid=" : "&From=")
            + encode(service ? settings.sender() : prefix + settings.sender())
            + "&Body="
            + encode(message.text());
    var base = settings.url() == null ? URI.create("https://api.twilio.com") : settings.url();
    var login = settings.account() + ":" + settings.token();
    return HttpRequest.newBuilder(
            URI.create(base + "/2010-04-01/Accounts/" + settings.account() + "/Messages.json"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .header(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)))
        .POST(HttpRequest.BodyPublishers.ofString(form))
        .build();
  }

  private HttpRequest plain(TextMessage message) {
    var body =
        new Fields()
            .put("to", "+" + message.phone())
            .put("from", settings.sender())
            .put("text", message.text())
            .put("channel", message.channel())
            .node();
    var request =
        HttpRequest.newBuilder(URI.create(String.valueOf(settings.url())))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)));
    return settings.token() == null
        ? request.build()
        : request.header("Authorization", "Bearer " + settings.token()).build();
  }

  private static String id(String body) {
    try {
      var json = Json.parse(body);
      for (var name : new String[] {"sid", "message_id", "id"}) {
        var value = json.isObject() ? json.get(name) : null;
        if (value != null && value.isString()) {
          return value.getStringValue();
        }
      }
    } catch (io.stabbur.platform.error.ApiException _) {
      // an answer that is no JSON has no id
    }
    return "";
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
