package io.stabbur.control.security;

import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import io.stabbur.control.operator.SignedIn;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.RequestContext;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Lets a controller method take the operator that the filter found.
@Singleton
final class SignedInBinder implements TypedRequestArgumentBinder<SignedIn> {
  @Override
  public Argument<SignedIn> argumentType() {
    return Argument.of(SignedIn.class);
  }

  @Override
  public BindingResult<SignedIn> bind(
      ArgumentConversionContext<SignedIn> context, HttpRequest<?> source) {
    return () ->
        Optional.of(
            RequestContext.of(source)
                .get(SignedIn.class)
                .orElseThrow(
                    () -> new ApiException(new Failure.Unauthenticated("Sign in as an operator"))));
  }
}
