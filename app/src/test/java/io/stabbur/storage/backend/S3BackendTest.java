package io.stabbur.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.StoreSettings;
import io.stabbur.testing.S3Store;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class S3BackendTest extends BackendContract {
  private static S3Store store = new S3Store();
  private static Backend backend = new S3Backend(store.settings());

  @BeforeAll
  static void open() {
    store.start();
  }

  @AfterAll
  static void close() {
    backend.close();
    store.close();
  }

  @Override
  Backend backend() {
    return backend;
  }

  @Test
  void aStoreThatDoesNotAnswerIsUnavailable() {
    var nowhere =
        new S3Backend(
            new StoreSettings.S3(
                URI.create("http://127.0.0.1:1"),
                "bucket",
                "us-east-1",
                Secret.of("id"),
                Secret.of("secret"),
                true));
    assertThatThrownBy(
            () ->
                nowhere.write(
                    new VersionKey("t", "b", "n", "v"),
                    new ByteArrayInputStream(new byte[1]),
                    OptionalLong.of(1),
                    "text/plain"))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.error()).isInstanceOf(Failure.Unavailable.class));
  }
}
