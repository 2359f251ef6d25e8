package io.stabbur.identity;

import io.stabbur.platform.error.ApiError;

/// Why a Bearer token was refused. Each API gives it its own status, code and words.
public sealed interface TokenError extends ApiError {
  /// `Authorization: Bearer` with nothing after it.
  record Empty() implements TokenError {}

  /// The project has no key at all to check tokens with.
  record NoKeys() implements TokenError {}

  /// Not three parts separated by dots.
  record Parts(int found) implements TokenError {}

  /// A part is not base64url, or not JSON.
  record Undecodable(String part) implements TokenError {}

  /// No key of the project fits the token's `kid` or algorithm.
  record NoSuitableKey() implements TokenError {}

  /// The algorithm is none, unknown, or not the key's.
  record WrongAlgorithm(String algorithm) implements TokenError {}

  /// The signature is not the key's.
  record BadSignature() implements TokenError {}

  record Expired() implements TokenError {}

  record NotYetValid() implements TokenError {}

  record IssuedInFuture() implements TokenError {}

  record WrongAudience() implements TokenError {}

  /// A claim has another type than the standard gives it.
  record WrongType(String claim, String expected) implements TokenError {}
}
