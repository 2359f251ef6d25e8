package io.stabbur.functions.log;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One event of the log of a function.
///
/// @param level such as `info`, `warn` and `error`
/// @param execution the request it belongs to, if it is known
/// @param request what is known of the request, where the event is its end
public record LogLine(
    Instant at,
    String function,
    String version,
    String level,
    @Nullable String execution,
    String message,
    @Nullable RequestLine request) {

  /// The same event with another message.
  LogLine with(String other) {
    return new LogLine(at, function, version, level, execution, other, request);
  }

  /// The same event with another request, or several, and so of no execution.
  LogLine with(RequestLine other) {
    return new LogLine(at, function, version, level, null, message, other);
  }

  /// How many events the line stands for.
  long count() {
    return request == null ? 1 : request.requests();
  }

  /// A finished request, or several that are counted together.
  ///
  /// @param millis how long it took, or in the mean
  /// @param error the gateway's error code, where it answered itself
  /// @param requests how many requests it stands for
  public record RequestLine(
      String method, int status, long millis, @Nullable String error, long requests) {
    private static final int FIRST_ERROR = 400;

    boolean hasFailed() {
      return error != null || status >= FIRST_ERROR;
    }

    RequestLine with(long otherMillis, long otherRequests) {
      return new RequestLine(method, status, otherMillis, error, otherRequests);
    }
  }
}
