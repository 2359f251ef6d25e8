package io.stabbur.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Keys that replicas share by files from outside their data folders.
class KeyFolderTest {
  @Test
  void replicasReadTheSameKeysAndWriteNone() throws IOException {
    var source = source("default", "other");
    var one = TestServer.newFolder();
    var two = TestServer.newFolder();
    new KeyFolder(source).linkInto(one);
    new KeyFolder(source).linkInto(two);

    for (var project : List.of("default", "other")) {
      assertThat(keys(one, project)).isEqualTo(keys(two, project));
    }
    assertThat(keys(one, "default").masterKey()).isNotEqualTo(keys(one, "other").masterKey());
    assertThatThrownBy(() -> KeyFile.put(one, Map.of("master_key", "another")))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> assertThat(e.error().toString()).contains("keys_from_outside"));
    assertThat(Files.readString(source.resolve("keys.json"))).doesNotContain("another");
  }

  @Test
  void aChangedFileCountsWithoutAStart() throws IOException {
    var source = source("default");
    var data = TestServer.newFolder();
    new KeyFolder(source).linkInto(data);
    var before = KeyFile.stamp(data);

    var fresh = source.resolve("fresh");
    Files.writeString(
        fresh, Files.readString(source.resolve("keys.json")).replace("}", ",\"x_1\":\"y\"}"));
    Files.move(
        fresh,
        source.resolve("keys.json"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.ATOMIC_MOVE);

    assertThat(KeyFile.stamp(data)).isNotEqualTo(before);
    assertThat(KeyFile.entries(data, "x_")).containsEntry("x_1", "y");
  }

  @Test
  void aStartTwiceWithTheSameFolderWorksAndOwnKeysAreNotReplaced() throws IOException {
    var source = source("default");
    var data = TestServer.newFolder();
    new KeyFolder(source).linkInto(data);
    new KeyFolder(source).linkInto(data);
    assertThat(keys(data, "default")).isNotNull();

    var own = TestServer.newFolder();
    Files.writeString(own.resolve("keys.json"), "{}");
    assertThatThrownBy(() -> new KeyFolder(source).linkInto(own))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("is there already, and --keys brings another");
    assertThat(Files.readString(own.resolve("keys.json"))).isEqualTo("{}");
  }

  @Test
  void aFolderWithoutKeysIsRefused() {
    var empty = TestServer.newFolder();

    assertThatThrownBy(() -> new KeyFolder(empty).linkInto(TestServer.newFolder()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("make the files with `stabbur keys generate`");
  }

  @Test
  void keysThatAreMissingInTheFileAreNotMadeUp() throws IOException {
    var source = TestServer.newFolder();
    Files.writeString(source.resolve("keys.json"), "{}");
    var data = TestServer.newFolder();
    new KeyFolder(source).linkInto(data);

    assertThatThrownBy(() -> keys(data, "default"))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("is incomplete");
  }

  private static Path source(String... projects) throws IOException {
    var folder = TestServer.newFolder();
    for (var entry : KeyFolder.generate(List.of(projects)).entrySet()) {
      Files.writeString(folder.resolve(entry.getKey()), entry.getValue());
    }
    return folder;
  }

  private static Keys keys(Path data, String project) {
    return KeyFile.loadOrCreate(
        Projects.folder(data, project), ProjectSettings.embedded(project), SampleKeys.Use.REFUSED);
  }
}
