package io.stabbur.platform.error;

import org.jspecify.annotations.Nullable;

/// Failures every API shares; each API writes them in its own words and decides what it reveals.
public sealed interface Failure extends ApiError {
  /// 401: nobody we know; `reason` says what was missing or wrong, never the credential itself.
  record Unauthenticated(String reason) implements Failure {}

  /// 401: the token was good once, and no longer is: its session, its account or its right to be
  /// used has ended. A function in Postgres says so with SQLSTATE `SB401` and the reason as its
  /// detail.
  record Revoked(String reason) implements Failure {}

  /// 403: known, and not allowed.
  record Forbidden(String reason) implements Failure {}

  /// 404: no such path in this API.
  record NoSuchRoute(String path) implements Failure {}

  /// 405: the path exists, not for this verb.
  record MethodNotAllowed(String method) implements Failure {}

  /// 406: nothing the client accepts can be produced.
  record NotAcceptable(String what) implements Failure {}

  /// 400: the request could not be read.
  record Malformed(String what) implements Failure {}

  /// 413: the body is larger than `limitBytes`.
  record TooLarge(long limitBytes) implements Failure {}

  /// 415: the body's media type is not understood.
  record UnsupportedMedia(String type) implements Failure {}

  /// 503/504: no database connection became free in time.
  record Busy(String what) implements Failure {}

  /// 429: too many requests of this one caller wait already.
  record Crowded(String what) implements Failure {}

  /// 503: the database or another part cannot be reached.
  record Unavailable(String what) implements Failure {}

  /// 504: the work took longer than it may.
  record Timeout(String what) implements Failure {}

  /// Postgres refused; the SQLSTATE decides what each API answers.
  ///
  /// @param schema where the table of a violated constraint lives; null for what a function raised
  record Database(
      String sqlState,
      String message,
      @Nullable String detail,
      @Nullable String hint,
      @Nullable String schema)
      implements Failure {

    /// The SQLSTATE alone: what Postgres says of it may hold the values of a row, and this is what
    /// logs show.
    @Override
    public String toString() {
      return "Database[" + sqlState + "]";
    }
  }

  /// 500: our mistake; the log knows more.
  record Internal() implements Failure {}
}
