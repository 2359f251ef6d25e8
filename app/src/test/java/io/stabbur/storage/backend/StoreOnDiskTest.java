package io.stabbur.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.S3Store;
import io.stabbur.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// The store of other tests that keeps its objects as files.
class StoreOnDiskTest {
  /// Where it went, an object that is written there in that moment would fail.
  @Test
  void theFolderOfAnObjectThatIsDeletedStays() {
    var folder = TestServer.newFolder();
    var key = new VersionKey("t", "b", "n", "v");
    try (var store = S3Store.onDisk(folder)) {
      store.start();
      try (var backend = new S3Backend(store.settings(), Duration.ofSeconds(20))) {
        var _ =
            backend.write(
                key, new ByteArrayInputStream(new byte[1]), OptionalLong.of(1), "text/plain");
        backend.delete(List.of(key));
        assertThat(backend.exists(key)).isFalse();
        assertThat(folder.resolve("objects/" + key.path()).getParent()).isEmptyDirectory();
      }
    }
  }
}
