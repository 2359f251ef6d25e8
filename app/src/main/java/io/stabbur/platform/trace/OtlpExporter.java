package io.stabbur.platform.trace;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends spans to a collector by OTLP over HTTP, in its JSON encoding. What it is too busy for is
/// sent once more after a second; what fails then is dropped.
final class OtlpExporter implements SpanExporter {
  private static final Logger LOG = LoggerFactory.getLogger(OtlpExporter.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Set<Integer> BUSY = Set.of(429, 502, 503, 504);
  private static final int FAILURES = 300;

  private final URI endpoint;
  private final HttpRequest.Builder request;
  private final HttpClient client =
      HttpClient.newBuilder()
          // without TLS each new connection would ask for HTTP/2 first
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private volatile boolean isFailing;

  OtlpExporter(TracingSettings settings) {
    this.endpoint = Objects.requireNonNull(settings.endpoint());
    this.request =
        HttpRequest.newBuilder(endpoint)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json");
    var authorization = settings.authorization();
    if (authorization != null) {
      request.header("Authorization", authorization.reveal());
    }
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    var body = HttpRequest.BodyPublishers.ofString(OtlpJson.of(spans));
    var result = new CompletableResultCode();
    var _ =
        send(body)
            .thenCompose(status -> BUSY.contains(status) ? later(body) : completed(status))
            .whenComplete(
                (status, failure) -> {
                  if (failure == null && status < FAILURES) {
                    isFailing = false;
                    result.succeed();
                  } else {
                    failed(failure == null ? "status " + status : failure.getClass().getName());
                    result.fail();
                  }
                });
    return result;
  }

  private CompletableFuture<Integer> send(HttpRequest.BodyPublisher body) {
    return client
        .sendAsync(request.copy().POST(body).build(), HttpResponse.BodyHandlers.discarding())
        .thenApply(HttpResponse::statusCode);
  }

  private CompletableFuture<Integer> later(HttpRequest.BodyPublisher body) {
    return CompletableFuture.supplyAsync(
            () -> body, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS))
        .thenCompose(this::send);
  }

  private static CompletableFuture<Integer> completed(int status) {
    return CompletableFuture.completedFuture(status);
  }

  /// Said once until a batch is taken again.
  private void failed(String why) {
    if (!isFailing) {
      isFailing = true;
      LOG.warn(
          "Traces cannot be sent to {} ({}); they are dropped until they can",
          endpoint.getHost(),
          why);
    }
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    client.shutdown();
    return CompletableResultCode.ofSuccess();
  }
}
