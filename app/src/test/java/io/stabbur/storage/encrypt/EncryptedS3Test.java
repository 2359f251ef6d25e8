package io.stabbur.storage.encrypt;

import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.S3Backend;
import io.stabbur.testing.S3Store;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class EncryptedS3Test extends EncryptedContract {
  private static final S3Store STORE = new S3Store();
  private static final Backend BACKEND =
      encrypted(new S3Backend(STORE.settings(), Duration.ofSeconds(20)));

  @BeforeAll
  static void open() {
    STORE.start();
  }

  @AfterAll
  static void close() {
    BACKEND.close();
    STORE.close();
  }

  @Override
  protected Backend backend() {
    return BACKEND;
  }
}
