package io.stabbur.operations;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;

/// Metrics and alerts name projects and show load: they ask for the operator's token where one is
/// set.
@ServerFilter({"/metrics/**", "/alerts/**"})
final class OperatorOnly {
  private final OperationsSettings settings;

  OperatorOnly(OperationsSettings settings) {
    this.settings = settings;
  }

  @RequestFilter
  void check(HttpRequest<?> request) {
    var token = settings.token();
    var shown = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
    if (token != null && (shown == null || !Crypto.same(shown, "Bearer " + token))) {
      throw new ApiException(new Failure.Unauthenticated("The operator's token is needed"));
    }
  }
}
