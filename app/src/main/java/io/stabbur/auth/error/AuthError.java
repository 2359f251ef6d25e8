package io.stabbur.auth.error;

import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.ApiException;
import java.util.List;

/// What the auth API may refuse with. [io.stabbur.auth.AuthErrorRenderer] is the only place that
/// knows how it looks.
public sealed interface AuthError extends ApiError {

  /// A refusal with one of the codes of the contract.
  record Refused(int status, AuthCode code, String message) implements AuthError {}

  /// A password that breaks the policy; `reasons` are `length`, `characters` and `pwned`.
  record WeakPassword(String message, List<String> reasons) implements AuthError {}

  /// The body OAuth 2.0 clients expect; always 400.
  record OAuth(String error, String description) implements AuthError {}

  /// An OAuth client that did not prove to be itself: 401, as RFC 6749 has it.
  ///
  /// @param challenged whether it tried in the header, so that the answer names the scheme
  record UnknownClient(String description, boolean challenged) implements AuthError {}

  static ApiException badRequest(AuthCode code, String message) {
    return refuse(400, code, message);
  }

  static ApiException unauthorized(AuthCode code, String message) {
    return refuse(401, code, message);
  }

  static ApiException forbidden(AuthCode code, String message) {
    return refuse(403, code, message);
  }

  static ApiException notFound(AuthCode code, String message) {
    return refuse(404, code, message);
  }

  static ApiException unprocessable(AuthCode code, String message) {
    return refuse(422, code, message);
  }

  static ApiException tooMany(AuthCode code, String message) {
    return refuse(429, code, message);
  }

  static ApiException invalid(String message) {
    return refuse(400, AuthCode.VALIDATION_FAILED, message);
  }

  static ApiException unexpected(String message) {
    return refuse(500, AuthCode.UNEXPECTED_FAILURE, message);
  }

  static ApiException refuse(int status, AuthCode code, String message) {
    return new ApiException(new Refused(status, code, message));
  }
}
