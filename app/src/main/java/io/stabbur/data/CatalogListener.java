package io.stabbur.data;

import io.stabbur.platform.db.Login;

/// Waits for `NOTIFY` on the channel of the API and has the catalog reloaded.
final class CatalogListener implements AutoCloseable {
  static CatalogListener start(Login login, DataSettings settings, Runnable reload) {
    return new CatalogListener();
  }

  @Override
  public void close() {}
}
