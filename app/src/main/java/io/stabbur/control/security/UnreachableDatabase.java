package io.stabbur.control.security;

import io.micronaut.data.connection.exceptions.ConnectionException;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.Errors;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The answer while a connection of the control database breaks: 503, for it may come back.
@Singleton
final class UnreachableDatabase
    implements ExceptionHandler<ConnectionException, MutableHttpResponse<?>> {
  private static final Logger LOG = LoggerFactory.getLogger(UnreachableDatabase.class);

  private final Errors errors;

  UnreachableDatabase(Errors errors) {
    this.errors = errors;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public MutableHttpResponse<?> handle(HttpRequest request, ConnectionException failed) {
    HttpRequest<?> asked = request;
    return answer(asked, failed);
  }

  MutableHttpResponse<?> answer(HttpRequest<?> request, RuntimeException failed) {
    LOG.warn("The control database gives no connection: {}", String.valueOf(failed.getMessage()));
    return errors.render(request, new Failure.Unavailable("The control database does not answer"));
  }
}
