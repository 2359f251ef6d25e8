package io.stabbur.operations.request;

import io.stabbur.identity.AnsweredRequest;
import io.stabbur.identity.Caller;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/// What is kept of a request: nothing that a person wrote, so no path with ids, no query, no
/// header.
///
/// @param route the template of the path, such as `/auth/v1/admin/users/{id}`, or a path of the
///   data API whose table or function exists
/// @param role of Postgres; empty where the caller was not established
/// @param microseconds how long it took, or in the mean
/// @param organization empty for none
/// @param requests how many requests the line stands for
record RequestLine(
    Instant at,
    String requestId,
    String route,
    String method,
    int status,
    long microseconds,
    String role,
    String organization,
    long requests) {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final int LONGEST_ROLE = 63;
  private static final int FIRST_ERROR = 400;
  private static final int NANOS_PER_MICRO = 1000;

  static RequestLine of(AnsweredRequest request, Instant now) {
    return new RequestLine(
        now,
        request.requestId(),
        request.path(),
        METHODS.contains(request.method()) ? request.method() : "other",
        request.status(),
        request.nanos() / NANOS_PER_MICRO,
        request.caller().map(Caller::role).filter(RequestLine::isName).orElse(""),
        request.organization().map(UUID::toString).orElse(""),
        1);
  }

  boolean hasFailed() {
    return status >= FIRST_ERROR;
  }

  private static boolean isName(String role) {
    return role.length() <= LONGEST_ROLE;
  }
}
