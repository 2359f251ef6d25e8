package io.stabbur.management;

import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Lets a controller method take the [Developer] that the [DeveloperFilter] found.
@Singleton
final class DeveloperBinder implements TypedRequestArgumentBinder<Developer> {
  @Override
  public Argument<Developer> argumentType() {
    return Argument.of(Developer.class);
  }

  @Override
  public BindingResult<Developer> bind(
      ArgumentConversionContext<Developer> context, HttpRequest<?> source) {
    return () -> Optional.of(Developer.of(source));
  }
}
