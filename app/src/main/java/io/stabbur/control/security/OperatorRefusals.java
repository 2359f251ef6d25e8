package io.stabbur.control.security;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.authentication.DefaultAuthorizationExceptionHandler;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.Errors;
import io.stabbur.platform.http.RequestContext;
import jakarta.inject.Singleton;

/// The answer to whoever a rule refused: 401 without an operator's token, 403 without the right.
@Singleton
@Replaces(DefaultAuthorizationExceptionHandler.class)
final class OperatorRefusals
    implements ExceptionHandler<AuthorizationException, MutableHttpResponse<?>> {
  private final Errors errors;

  OperatorRefusals(Errors errors) {
    this.errors = errors;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public MutableHttpResponse<?> handle(HttpRequest request, AuthorizationException refused) {
    HttpRequest<?> refusedRequest = request;
    var failure =
        RequestContext.of(refusedRequest)
            .get(Refusal.class)
            .map(Refusal::failure)
            .orElse(
                refused.isForbidden()
                    ? new Failure.Forbidden("The operator's role does not allow this")
                    : new Failure.Unauthenticated("Sign in as an operator"));
    return errors.render(refusedRequest, failure);
  }
}
