package io.stabbur.auth.provider;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.client.OutboundCalls;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// Calls providers. Their answers are read as JSON and never passed on; only that a call failed is.
@Singleton
final class ProviderHttp {
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final int MOST_BYTES = 1 << 20;
  private final OutboundCalls calls = new OutboundCalls(Duration.ofSeconds(5));

  JsonNode get(String url, String accessToken) {
    var request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
    request.header("Accept", "application/json").header("User-Agent", "stabbur");
    if (!accessToken.isEmpty()) {
      request.header("Authorization", "Bearer " + accessToken);
    }
    return send(request.build());
  }

  JsonNode post(String url, Map<String, String> form) {
    return send(
        HttpRequest.newBuilder(URI.create(url))
            .timeout(PATIENCE)
            .header("Accept", "application/json")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form(form)))
            .build());
  }

  /// Asks for tokens in exchange for a code (RFC 6749, 4.1.3). A token that is not given is empty.
  ProviderTokens exchange(
      String url, ProviderSettings settings, String code, String redirectUri, String verifier) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", redirectUri);
    form.put("client_id", settings.clientIds().getFirst());
    form.put("client_secret", settings.secret() == null ? "" : settings.secret());
    form.put("code_verifier", verifier);
    var answer = post(url, form);
    return new ProviderTokens(
        Json.text(answer, "access_token"),
        Json.text(answer, "refresh_token"),
        Json.text(answer, "id_token"));
  }

  static String form(Map<String, String> values) {
    return values.entrySet().stream()
        .map(e -> encode(e.getKey()) + "=" + encode(e.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private JsonNode send(HttpRequest request) {
    try {
      var answer = calls.send(request, MOST_BYTES, PATIENCE);
      if (answer.status() / 100 != 2 || answer.truncated()) {
        throw failed();
      }
      return Json.parse(answer.body());
    } catch (IOException _) {
      throw failed();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw failed();
    }
  }

  static ApiException failed() {
    return AuthError.unexpected("Unable to exchange external code or read the provider's answer");
  }
}
