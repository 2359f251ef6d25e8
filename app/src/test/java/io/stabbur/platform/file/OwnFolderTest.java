package io.stabbur.platform.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.PostgresAccount;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which folders are trusted, with `/tmp` and another user's hand in mind.
class OwnFolderTest {
  private final Path parent = TestServer.newFolder();

  @Test
  void aNewFolderIsPassableAndShowsNothing() throws IOException {
    var folder = parent.resolve("a/b/c");

    assertThat(OwnFolder.create(folder)).isEmpty();
    assertThat(OwnFolder.create(folder)).as("as it is found").isEmpty();
    for (var each : List.of(folder, parent.resolve("a/b"), parent.resolve("a"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
          .isEqualTo("rwx--x--x");
    }
  }

  @Test
  void aFolderThatEverybodyMayWriteIsRefused() throws IOException {
    var folder = Files.createDirectory(parent.resolve("open"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(OwnFolder.create(folder)).contains("everybody may write in it");
  }

  @Test
  void aFolderOrLinkThatAnotherUserPreparedIsRefused() throws Exception {
    var folder = Files.createDirectory(parent.resolve("prepared"));
    var link = Files.createSymbolicLink(parent.resolve("link"), parent);
    assertThat(OwnFolder.create(link)).as("a link of our own").isEmpty();
    if (PostgresAccount.isRoot()) {
      chown(folder);
      chown(link);
      assertThat(OwnFolder.create(folder)).contains("it belongs to nobody");
      assertThat(OwnFolder.create(link)).contains("it belongs to nobody");
    } else {
      assertThat(OwnFolder.create(Path.of("/tmp"))).isPresent();
      assertThat(OwnFolder.create(folder)).isEmpty();
    }
  }

  private static void chown(Path path) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("chown", "-h", "nobody", path.toString()).start().waitFor())
        .isZero();
  }
}
