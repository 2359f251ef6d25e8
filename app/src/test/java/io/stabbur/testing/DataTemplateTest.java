package io.stabbur.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The prepared data folders of tests.
class DataTemplateTest {
  @Test
  void aCopyHasNoKeyBesideThePasswordOfItsCluster() throws IOException {
    var copy = TestServer.newFolder();

    DataTemplate.MIGRATED.copyTo(copy);

    assertThat(Json.parse(Files.readAllBytes(copy.resolve("keys.json"))).entries())
        .extracting(Map.Entry::getKey)
        .containsExactly("superuser_password");
    DataFolders.delete(copy);
  }

  @Test
  void deletingACopyLeavesThePrograms() throws IOException {
    var copy = TestServer.newFolder();
    DataTemplate.MIGRATED.copyTo(copy);
    var programs = copy.resolve("engine").toRealPath();

    DataFolders.delete(copy);

    assertThat(copy).doesNotExist();
    assertThat(programs).isNotEmptyDirectory();
  }

  @Test
  void aServerOfATestMakesItsOwnKeysAndDeletesItsFolder() {
    var server = TestServer.start(Map.of());
    var folder = server.project().folder();
    try (server) {
      var other = TestServer.shared().project().keys();
      assertThat(server.project().keys().masterKey().reveal())
          .isNotEqualTo(other.masterKey().reveal());
      assertThat(server.project().keys().secretKey().reveal())
          .isNotEqualTo(other.secretKey().reveal());
    }

    assertThat(folder).doesNotExist();
  }
}
