package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import org.junit.jupiter.api.Test;

/// Files through unmodified JavaScript libraries; `files.mjs` asserts, and fails this test.
class FileClientsTest {
  private final StorageHttp http = new StorageHttp(TestServer.shared());

  @Test
  void supabaseJsAndTusJsClientKeepTheirPromises() {
    var bucket = http.bucket(",\"allowed_mime_types\":[\"application/pdf\"]");

    assertThat(Node.run(TestServer.shared(), "files.mjs", bucket)).contains("files ok");

    assertThat(http.count("select count(*) from storage.objects where bucket_id = ?", bucket))
        .isEqualTo(4);
  }
}
