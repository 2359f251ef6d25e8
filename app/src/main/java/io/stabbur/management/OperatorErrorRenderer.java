package io.stabbur.management;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.http.ErrorRenderer;
import jakarta.inject.Singleton;

/// Errors of `/admin/v1/management`.
@Singleton
final class OperatorErrorRenderer implements ErrorRenderer {
  @Override
  public String prefix() {
    return ManagementRoutes.OPERATORS;
  }

  @Override
  public MutableHttpResponse<?> render(HttpRequest<?> request, ApiError error) {
    return ManagementReplies.of(error);
  }
}
