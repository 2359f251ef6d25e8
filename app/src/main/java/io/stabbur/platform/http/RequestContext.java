package io.stabbur.platform.http;

import io.micronaut.http.HttpRequest;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/// What is known of one request beside its bytes: when it arrived, and one value of each type that
/// a filter or a room has found out about it (its route, its caller, why it was refused). It is
/// kept as the only attribute of the request, so a value is found by its type and never by a name.
public final class RequestContext {
  private static final String ATTRIBUTE = "stabbur.context";
  private static final Object[] NOTHING = {};

  private final long startNanos = System.nanoTime();

  /// Types and their values in turn: a handful, so a look at each is faster than a hash table. It
  /// is replaced as a whole, so whoever reads needs no lock.
  private volatile Object[] values = NOTHING;

  private RequestContext() {}

  /// The context of the request. The first call creates it, and thereby notes the start.
  public static RequestContext of(HttpRequest<?> request) {
    // without the conversions that attributes are offered with
    if (request.getAttributes().getValue(ATTRIBUTE) instanceof RequestContext known) {
      return known;
    }
    var context = new RequestContext();
    request.setAttribute(ATTRIBUTE, context);
    return context;
  }

  /// When the gateway first saw the request, on the clock of [System#nanoTime()].
  public long startNanos() {
    return startNanos;
  }

  /// Sets the value of this type; an earlier one is replaced.
  public synchronized <T> void put(Class<T> type, T value) {
    Objects.requireNonNull(value);
    var known = values;
    int at = index(known, type);
    var changed = Arrays.copyOf(known, Math.max(known.length, at + 2));
    changed[at] = type;
    changed[at + 1] = value;
    values = changed;
  }

  /// The value of this type, if it was set.
  public <T> Optional<T> get(Class<T> type) {
    var known = values;
    int at = index(known, type);
    return at == known.length ? Optional.empty() : Optional.of(type.cast(known[at + 1]));
  }

  /// Where the type is, or the end where it is not.
  private static int index(Object[] values, Class<?> type) {
    int at = 0;
    while (at < values.length && values[at] != type) {
      at += 2;
    }
    return at;
  }
}
