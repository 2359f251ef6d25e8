package io.stabbur.auth.hook;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.Fields;
import io.stabbur.identity.Caller;
import io.stabbur.platform.client.BoundedCalls;
import io.stabbur.platform.client.OutboundCalls;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Terms;
import io.stabbur.platform.trace.Section;
import io.stabbur.platform.trace.Traces;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/// Calls hooks over HTTP, signed as Standard Webhooks describes it; three tries, five seconds each.
@Singleton
final class HookCalls {
  private static final int TRIES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_BYTES = 200 * 1024;
  private static final int HOLDERS = 6;
  private static final int FOR_OTHERS = 1;
  private static final Duration TURN = Duration.ofMillis(500);
  private static final String SLOW = "A hook is slow, try again later";
  private final PerProject<FairShare> holders =
      new PerProject<>(_ -> new FairShare(new Terms(HOLDERS, FOR_OTHERS, Integer.MAX_VALUE, SLOW)));
  private final OutboundCalls calls = new OutboundCalls(Duration.ofSeconds(3));

  /// As [#post], for a transaction that waits. A slow hook must not take every connection of the
  /// project, and one caller not every call that may wait for it: one is left for others, and
  /// further calls are refused after half a second.
  JsonNode postHoldingConnection(
      Project project, String name, URI uri, Secret secret, JsonNode input) {
    try (var _ = holders.of(project).acquire(Caller.currentShare(), 1, TURN)) {
      return post(name, uri, secret, input);
    }
  }

  JsonNode post(String name, URI uri, Secret secret, JsonNode input) {
    var body = Json.write(input);
    try (var section = Traces.section("hook").put("stabbur.hook", name)) {
      return post(name, uri, secret, body, section);
    }
  }

  private JsonNode post(String name, URI uri, Secret secret, String body, Section section) {
    for (int tried = 1; ; tried++) {
      try {
        var answer = calls.send(request(uri, secret, body, section), MOST_BYTES, PATIENCE);
        boolean again = answer.status() == 429 || answer.status() == 503;
        if (!again || answer.header("retry-after").isEmpty() || tried == TRIES) {
          return read(name, answer);
        }
      } catch (HttpTimeoutException _) {
        if (tried == TRIES) {
          throw AuthError.unprocessable(
              AuthCode.HOOK_TIMEOUT_AFTER_RETRY,
              "Failed to reach hook after maximum retries: " + name);
        }
      } catch (IOException _) {
        if (tried == TRIES) {
          throw AuthError.unexpected("The hook " + name + " cannot be reached");
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw AuthError.unexpected("The server is stopping");
      }
    }
  }

  @PreDestroy
  void close() {
    calls.close();
  }

  private static HttpRequest request(URI uri, Secret secret, String body, Section section) {
    var id = UUID.randomUUID().toString();
    var time = String.valueOf(Instant.now().getEpochSecond());
    var request = HttpRequest.newBuilder(uri);
    var traceparent = section.traceparent();
    if (traceparent != null) {
      request.header("traceparent", traceparent);
    }
    return request
        .timeout(PATIENCE)
        .header("Content-Type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", time)
        .header("webhook-signature", signatures(secret, id + "." + time + "." + body))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /// One signature for each secret, so that a secret can be exchanged without a gap.
  private static String signatures(Secret secrets, String text) {
    var signatures = new StringBuilder();
    for (var secret : secrets.reveal().split("\\|", -1)) {
      if (!secret.isBlank()) {
        var key = Base64.getDecoder().decode(secret.strip().replaceFirst("^v1,whsec_", ""));
        var signed = Crypto.hmacSha256(key, text.getBytes(StandardCharsets.UTF_8));
        signatures.append(signatures.isEmpty() ? "v1," : " v1,");
        signatures.append(Base64.getEncoder().encodeToString(signed));
      }
    }
    return signatures.toString();
  }

  private static JsonNode read(String name, BoundedCalls.Answer answer) {
    int status = answer.status();
    if (status == 204 || (status == 202 && answer.body().isEmpty())) {
      return new Fields().node();
    }
    if (status < 200 || status > 299) {
      throw AuthError.unexpected("The hook " + name + " answered with status " + status);
    }
    if (answer.truncated()) {
      throw AuthError.unprocessable(
          AuthCode.HOOK_PAYLOAD_OVER_SIZE_LIMIT, "The hook " + name + " answered with too much");
    }
    if (!answer.header("content-type").startsWith("application/json")) {
      throw AuthError.badRequest(
          AuthCode.HOOK_PAYLOAD_INVALID_CONTENT_TYPE,
          "The hook " + name + " must answer with application/json");
    }
    try {
      return Json.parse(answer.body());
    } catch (ApiException _) {
      throw AuthError.unexpected("The hook " + name + " did not answer with JSON");
    }
  }
}
