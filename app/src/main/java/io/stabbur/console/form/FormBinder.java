package io.stabbur.console.form;

import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import io.stabbur.console.page.FormExpired;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.http.RequestContext;
import jakarta.inject.Singleton;
import java.util.Optional;

/// Lets a controller method take the form that the filter read.
@Singleton
final class FormBinder implements TypedRequestArgumentBinder<ConsoleForm> {
  @Override
  public Argument<ConsoleForm> argumentType() {
    return Argument.of(ConsoleForm.class);
  }

  @Override
  public BindingResult<ConsoleForm> bind(
      ArgumentConversionContext<ConsoleForm> context, HttpRequest<?> source) {
    return () ->
        Optional.of(
            RequestContext.of(source)
                .get(ConsoleForm.class)
                .orElseThrow(() -> new ApiException(new FormExpired())));
  }
}
