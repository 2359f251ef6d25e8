package io.stabbur.management.api;

import io.micronaut.http.HttpRequest;
import io.stabbur.management.Developer;
import io.stabbur.platform.http.BodyBytes;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Terms;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Memory for bodies of the management API, which developers share: what is sent with one request
/// is held until the request is done.
@Singleton
final class BodyBudget {
  private static final int KILOBYTE = 1024;
  private static final int CAPACITY = 64 * KILOBYTE;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final FairShare kilobytes =
      new FairShare(Terms.thirds(CAPACITY, "Too many large requests are under way"));

  BodyBudget() {}

  /// What becomes of a body, which may have so many bytes.
  <T extends @Nullable Object> T read(
      HttpRequest<?> request, Developer developer, int most, Function<byte[], T> work) {
    long declared = request.getContentLength();
    long bytes = declared < 0 ? most : Math.min(declared, most);
    int wanted = (int) (bytes / KILOBYTE) + 1;
    try (var _ = kilobytes.acquire(developer.share(), wanted, PATIENCE)) {
      return work.apply(BodyBytes.read(request, most));
    }
  }
}
