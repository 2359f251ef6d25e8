package io.stabbur.identity;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.client.BoundedCalls;
import io.stabbur.platform.client.OutboundCalls;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Asks issuers. Their answers are never passed on.
@Singleton
final class IssuerHttp {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_BYTES = 1 << 20;
  private final OutboundCalls calls = new OutboundCalls(Duration.ofSeconds(3));

  /// A JSON document.
  ///
  /// @throws ApiException `Unavailable` when there is none
  JsonNode document(URI url) {
    return json(send(HttpRequest.newBuilder(url))).orElseThrow(IssuerHttp::unavailable);
  }

  /// The account a token belongs to, or nothing when the issuer refuses the token.
  Optional<JsonNode> user(URI url, String token, @Nullable String apiKey) {
    var request = HttpRequest.newBuilder(url).header("Authorization", "Bearer " + token);
    var answer = send(apiKey == null ? request : request.header("apikey", apiKey));
    if (answer.status() == 401 || answer.status() == 403) {
      return Optional.empty();
    }
    return Optional.of(json(answer).orElseThrow(IssuerHttp::unavailable));
  }

  private static Optional<JsonNode> json(BoundedCalls.Answer answer) {
    if (answer.status() != 200 || answer.truncated()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.parse(answer.body()));
    } catch (ApiException _) {
      return Optional.empty(); // the issuer's mistake, not the client's
    }
  }

  private BoundedCalls.Answer send(HttpRequest.Builder request) {
    try {
      return calls.send(request.header("Accept", "application/json").build(), MOST_BYTES, PATIENCE);
    } catch (IOException _) {
      throw unavailable();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw unavailable();
    }
  }

  private static ApiException unavailable() {
    return new ApiException(new Failure.Unavailable("The issuer of the token does not answer"));
  }
}
