package io.stabbur.data;

import io.stabbur.platform.db.Listener;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.error.ApiException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has the catalog reloaded when the database says so: `NOTIFY pgrst, 'reload schema'`, `'reload
/// config'`, or nothing, which means both. Messages that come close together are answered by one
/// reload.
final class CatalogListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogListener.class);
  private static final Duration BURST = Duration.ofMillis(100);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Runnable reload;
  private final Semaphore wanted = new Semaphore(0);
  private final Thread worker;
  private final @Nullable Listener listener;

  private CatalogListener(Login login, DataSettings settings, Runnable reload) {
    this.reload = reload;
    this.worker = Thread.ofVirtual().name("catalog").start(this::work);
    this.listener =
        settings.listen() ? Listener.start(login, settings.channel(), this::heard) : null;
  }

  static CatalogListener start(Login login, DataSettings settings, Runnable reload) {
    return new CatalogListener(login, settings, reload);
  }

  private void heard(String message) {
    if (message.isEmpty() || message.equals("reload schema") || message.equals("reload config")) {
      wanted.release();
    }
  }

  private void work() {
    try {
      while (true) {
        wanted.acquire();
        Thread.sleep(BURST);
        wanted.drainPermits();
        reload();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void reload() throws InterruptedException {
    try {
      reload.run();
    } catch (ApiException e) {
      LOG.warn("the catalog could not be read anew and stays as it was: {}", e.getMessage());
      Thread.sleep(RETRY);
      wanted.release();
    }
  }

  @Override
  public void close() {
    worker.interrupt();
    if (listener != null) {
      listener.close();
    }
  }
}
