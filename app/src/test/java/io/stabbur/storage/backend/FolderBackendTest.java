package io.stabbur.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
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

  /// The files are secret by themselves, wherever their folder is mounted or copied to.
  @Test
  void filesAndFoldersAreTheirOwnersAlone() throws IOException {
    var key = new VersionKey("t", "b", "a/c.txt", "v1");
    backend.write(key, new ByteArrayInputStream(new byte[2]), OptionalLong.of(2), "");
    backend.copy(key, new VersionKey("t", "b", "a/copy.txt", "v2"), 2);
    var joined = new VersionKey("t", "b", "joined", "v3");
    var upload = backend.begin(joined, "");
    var part =
        backend.part(joined, upload, 1, new ByteArrayInputStream(new byte[2]), OptionalLong.of(2));
    assertClosed();
    var _ = backend.join(joined, upload, java.util.List.of(part));
    assertClosed();
  }

  private void assertClosed() throws IOException {
    try (var all = Files.walk(root.resolve("objects"))) {
      assertThat(all)
          .isNotEmpty()
          .allSatisfy(
              each ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                      .as(each.toString())
                      .endsWith("------"));
    }
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
