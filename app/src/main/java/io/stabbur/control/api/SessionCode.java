package io.stabbur.control.api;

import io.micronaut.http.HttpRequest;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.control.operator.StepUp;
import jakarta.inject.Singleton;
import java.util.Objects;

/// Asks a session for a code of the second factor, in the header `X-Stabbur-Code`. Tokens and the
/// command do without.
@Singleton
final class SessionCode {
  private static final String CODE = "X-Stabbur-Code";

  private final StepUp stepUp;

  SessionCode(StepUp stepUp) {
    this.stepUp = stepUp;
  }

  void require(HttpRequest<?> request, SignedIn by) {
    if (by.session() != null) {
      stepUp.require(by, Objects.requireNonNullElse(request.getHeaders().get(CODE), ""));
    }
  }
}
