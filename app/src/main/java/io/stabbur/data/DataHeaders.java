package io.stabbur.data;

import io.stabbur.platform.http.ReadableHeaders;
import jakarta.inject.Singleton;

/// What scripts may read of the data API's answers: what PostgREST lets them.
@Singleton
final class DataHeaders implements ReadableHeaders {
  private static final String NAMES =
      "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, "
          + "Transfer-Encoding, Range-Unit";

  private final DataSettings settings;

  DataHeaders(DataSettings settings) {
    this.settings = settings;
  }

  @Override
  public String prefix() {
    return settings.path();
  }

  @Override
  public String names() {
    return NAMES;
  }
}
