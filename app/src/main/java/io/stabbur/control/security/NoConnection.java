package io.stabbur.control.security;

import io.micronaut.data.connection.jdbc.exceptions.CannotGetJdbcConnectionException;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/// The same answer as [UnreachableDatabase]: the pool of the control database has no connection.
@Singleton
final class NoConnection
    implements ExceptionHandler<CannotGetJdbcConnectionException, MutableHttpResponse<?>> {
  private final UnreachableDatabase database;

  NoConnection(UnreachableDatabase database) {
    this.database = database;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public MutableHttpResponse<?> handle(
      HttpRequest request, CannotGetJdbcConnectionException failed) {
    HttpRequest<?> asked = request;
    return database.answer(asked, failed);
  }
}
