package io.stabbur.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderBackendTest extends BackendContract {
  @TempDir private Path root = Path.of("");
  private Backend backend = new FolderBackend(Path.of(System.getProperty("java.io.tmpdir")));

  @BeforeEach
  void open() {
    backend = new FolderBackend(root.resolve("objects"));
  }

  @Override
  protected Backend backend() {
    return backend;
  }

  @Test
  void aVersionIsAPlainFileUnderItsName() {
    var key = new VersionKey("t", "b", "a/c.txt", "v1");
    backend.write(key, new ByteArrayInputStream(new byte[] {'h', 'i'}), OptionalLong.of(2), "");
    assertThat(root.resolve("objects/t/b/a/c.txt/v1")).hasContent("hi");
  }

  @Test
  void noNameLeavesTheFolder() throws IOException {
    for (var name : new String[] {"../../../escaped", "a/../../../escaped", "..", "."}) {
      var key = new VersionKey("t", "b", name, "v");
      backend.write(key, new ByteArrayInputStream(new byte[1]), OptionalLong.of(1), "");
      assertThat(backend.exists(key)).isTrue();
    }
    assertThatThrownBy(
            () ->
                backend.write(
                    new VersionKey("t", "b", "nul\0", "v"),
                    new ByteArrayInputStream(new byte[1]),
                    OptionalLong.of(1),
                    ""))
        .isInstanceOf(ApiException.class);
    try (var files = Files.walk(root)) {
      assertThat(files.filter(Files::isRegularFile))
          .allMatch(file -> file.startsWith(root.resolve("objects/t/b")));
    }
  }

  @Test
  void filesThatNeverCameToTheirPlaceAreTidiedWhenTheyAreOld() throws IOException {
    var old = Files.writeString(root.resolve("objects/.work/old"), "half a file");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(7200)));
    var fresh = Files.writeString(root.resolve("objects/.work/fresh"), "half a file");

    backend.tidy("t", Instant.now().minusSeconds(3600), _ -> false);

    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
  }

  @Test
  void aRemovedObjectLeavesNoEmptyFolders() {
    var key = new VersionKey("t", "b", "deep/er/file", "v");
    backend.write(key, new ByteArrayInputStream(new byte[1]), OptionalLong.of(1), "");
    backend.delete(java.util.List.of(key));
    assertThat(root.resolve("objects/t/b")).doesNotExist();
  }
}
