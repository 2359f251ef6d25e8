package io.stabbur.functions.error;

import io.stabbur.platform.error.ApiError;

/// Why a function was not called, or gave no answer.
public sealed interface FunctionError extends ApiError {
  /// No function of this name is deployed.
  record NoSuchFunction() implements FunctionError {}

  /// The function asks for a token and the request has none.
  record NoToken() implements FunctionError {}

  /// The function asks for a token and this one does not hold.
  record BadToken(Fault fault) implements FunctionError {}

  /// The process could not be started, or the code of the function could not be loaded.
  record BootFailed() implements FunctionError {}

  /// The process ended while it worked on the request.
  record Crashed() implements FunctionError {}

  /// The process was ended because it reached a limit of memory, processor time or age.
  record LimitReached() implements FunctionError {}

  /// No response began in time.
  record NoResponse() implements FunctionError {}

  /// This machine has no Deno.
  record NoRuntime() implements FunctionError {}

  /// A deployment, a secret or another request of the management API is refused.
  record Rejected(String reason) implements FunctionError {}

  /// A deployment or secret that the management API was asked for does not exist.
  record Unknown(String what) implements FunctionError {}

  /// What is wrong with a token, by the codes of the original.
  enum Fault {
    INVALID_JWT_FORMAT,
    LEGACY_JWT,
    ASYMMETRIC_JWT,
    UNSUPPORTED_TOKEN_ALGORITHM
  }
}
