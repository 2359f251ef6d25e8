package io.stabbur.control.security;

import io.stabbur.platform.error.Failure;

/// Why an operator was refused, beside role and token.
@SuppressWarnings("ImmutableEnumChecker") // failures are records of texts
enum Refusal {
  UNAVAILABLE(new Failure.Unavailable("Operators cannot be looked up now")),
  CSRF(new Failure.Forbidden("The header X-CSRF-Token of this session is needed"));

  private final Failure failure;

  Refusal(Failure failure) {
    this.failure = failure;
  }

  Failure failure() {
    return failure;
  }
}
