package io.stabbur.platform.http;

import io.micronaut.http.HttpRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What is known of one request beside its bytes: when it arrived, and one value of each type that
/// a filter or a room has found out about it (its route, its caller, why it was refused). It is
/// kept as the only attribute of the request, so a value is found by its type and never by a name.
public final class RequestContext {
  private static final String ATTRIBUTE = "stabbur.context";

  private final long startNanos = System.nanoTime();
  private final Map<Class<?>, Object> values = new ConcurrentHashMap<>(8);

  private RequestContext() {}

  /// The context of the request. The first call creates it, and thereby notes the start.
  public static RequestContext of(HttpRequest<?> request) {
    return request
        .getAttribute(ATTRIBUTE)
        .map(RequestContext.class::cast)
        .orElseGet(
            () -> {
              var context = new RequestContext();
              request.setAttribute(ATTRIBUTE, context);
              return context;
            });
  }

  /// When the gateway first saw the request, on the clock of [System#nanoTime()].
  public long startNanos() {
    return startNanos;
  }

  /// Sets the value of this type; an earlier one is replaced.
  public <T> void put(Class<T> type, T value) {
    values.put(type, value);
  }

  /// The value of this type, if it was set.
  public <T> Optional<T> get(Class<T> type) {
    return Optional.ofNullable(type.cast(values.get(type)));
  }
}
