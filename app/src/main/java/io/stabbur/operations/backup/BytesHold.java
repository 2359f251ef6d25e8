package io.stabbur.operations.backup;

import io.stabbur.platform.error.ApiException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the bytes of removed files while a base backup is made, however long it takes: the hold
/// ends an hour after the process does, so it is renewed by the clock.
final class BytesHold implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BytesHold.class);
  private final StatusRow status;
  private final Duration every;
  private final Thread renewal;

  /// The hold of a backup.
  BytesHold(StatusRow status) {
    this(status, Duration.ofMinutes(10));
  }

  /// @param every how often the hold of an hour is renewed
  BytesHold(StatusRow status, Duration every) {
    this.status = status;
    this.every = every;
    status.holdForBackup();
    this.renewal = Thread.ofVirtual().name("backup-hold").start(this::renew);
  }

  private void renew() {
    while (true) {
      try {
        Thread.sleep(every);
        status.holdForBackup();
      } catch (InterruptedException _) {
        return;
      } catch (ApiException e) {
        LOG.warn("The bytes of removed files could not be held again: {}", e.error());
      }
    }
  }

  @Override
  public void close() {
    renewal.interrupt();
    try {
      renewal.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    status.releaseBackup();
  }
}
