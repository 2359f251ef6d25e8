package io.stabbur.auth.oauth;

import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.error.ApiException;

/// An error as RFC 6749 has it.
record OAuthFault(String error, String description) {
  ApiException refusal() {
    return new ApiException(new AuthError.OAuth(error, description));
  }

  static ApiException refuse(String error, String description) {
    return new OAuthFault(error, description).refusal();
  }
}
