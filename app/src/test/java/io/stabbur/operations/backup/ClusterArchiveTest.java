package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.stabbur.operations.backup.repository.DamagedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The files of a cluster in a tar stream, and out of one.
class ClusterArchiveTest {
  @TempDir private Path temporary = Path.of("");
  private Path cluster = Path.of("");

  @BeforeEach
  void makeCluster() throws IOException {
    cluster = Files.createDirectory(temporary.resolve("cluster"));
    file("PG_VERSION", "17\n");
    file("global/pg_control", "control");
    file("global/1260", "roles");
    file("base/5/16384", "rows");
  }

  private void file(String name, String text) throws IOException {
    var path = cluster.resolve(name);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private byte[] archive() throws IOException {
    var out = new ByteArrayOutputStream();
    try (var archive = new ClusterArchive(out)) {
      archive.addCluster(cluster);
    }
    return out.toByteArray();
  }

  private static List<String> names(byte[] tar) throws IOException {
    var names = new ArrayList<String>();
    try (var in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }

  private Path extracted(byte[] tar) throws IOException {
    var folder = Files.createDirectory(temporary.resolve("restored"));
    ClusterArchive.extract(new ByteArrayInputStream(tar), folder);
    return folder;
  }

  @Test
  void whatWasArchivedComesOutAgain() throws IOException {
    var random = new byte[300_000];
    new Random(1).nextBytes(random);
    Files.write(cluster.resolve("base/5/16385"), random);
    file("base/5/" + "x".repeat(200), "a long name");
    file("empty", "");

    var restored = extracted(archive());

    try (var files = Files.walk(cluster)) {
      for (var path : files.filter(Files::isRegularFile).toList()) {
        assertThat(restored.resolve(cluster.relativize(path)))
            .as("%s", path)
            .hasSameBinaryContentAs(path);
      }
    }
  }

  @Test
  void onlyTheOwnerReadsWhatComesOut() throws IOException {
    var restored = extracted(archive());

    try (Stream<Path> files = Files.walk(restored).skip(1)) {
      for (var path : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
      }
    }
  }

  /// It says where recovery begins: what is copied after it must not be older.
  @Test
  void theControlFileIsTheLastAndIsThereOnce() throws IOException {
    file("zzz", "last by its name");

    assertThat(names(archive()))
        .endsWith("global/pg_control")
        .containsOnlyOnce("global/pg_control");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pg_wal/000000010000000000000001",
        "pg_replslot/slot/state",
        "pg_stat_tmp/x",
        "pg_notify/0000",
        "pg_subtrans/0000"
      })
  void whatPostgresMakesAnewIsAnEmptyFolder(String name) throws IOException {
    file(name, "x");

    assertThat(names(archive()))
        .contains(name.substring(0, name.indexOf('/') + 1))
        .doesNotContain(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postmaster.pid",
        "postmaster.opts",
        "backup_label",
        "tablespace_map",
        "standby.signal",
        "recovery.signal",
        "base/5/pg_internal.init",
        "base/pgsql_tmp/pgsql_tmp1.0",
        "global/pg_internal.init.7"
      })
  void whatBelongsToARunningServerIsLeftOut(String name) throws IOException {
    file(name, "x");

    assertThat(names(archive())).doesNotContain(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"base/postmaster.pid", "base/5/backup_label", "base/pg_wal/x"})
  void aFileOfSuchANameElsewhereIsKept(String name) throws IOException {
    file(name, "x");

    assertThat(names(archive())).contains(name);
  }

  @Test
  void aTablespaceElsewhereIsRefusedByItsName() throws IOException {
    Files.createDirectory(cluster.resolve("pg_tblspc"));
    Files.createSymbolicLink(cluster.resolve("pg_tblspc/16400"), temporary);

    assertThatIOException()
        .isThrownBy(this::archive)
        .withMessageContaining("pg_tblspc/16400")
        .withMessageContaining("cannot be backed up");
  }

  @Test
  void theBytesOfTheFilesAreCounted() throws IOException {
    try (var archive = new ClusterArchive(new ByteArrayOutputStream())) {
      archive.addText("backup_label", "påske");
      assertThat(archive.bytes()).isEqualTo(6);
      archive.addFile("a", cluster.resolve("PG_VERSION"));
      assertThat(archive.bytes()).isEqualTo(9);
    }
  }

  @Test
  void aFileThatIsGoneIsNoFailure() throws IOException {
    var out = new ByteArrayOutputStream();
    try (var archive = new ClusterArchive(out)) {
      archive.addFile("gone", cluster.resolve("gone"));
      archive.addText("kept", "x");
    }

    assertThat(names(out.toByteArray())).containsExactly("kept");
  }

  private static byte[] tar(String name) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name())) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      var entry = new TarArchiveEntry(name, true);
      entry.setSize(1);
      tar.putArchiveEntry(entry);
      tar.write('x');
      tar.closeArchiveEntry();
    }
    return out.toByteArray();
  }

  /// An archive may come from a place that somebody else writes to.
  @ParameterizedTest
  @ValueSource(
      strings = {"../outside", "a/../../outside", "/outside", "./../outside", "../restored-2/x"})
  void nothingIsWrittenOutsideOfTheFolder(String name) throws IOException {
    var archive = tar(name);

    assertThatExceptionOfType(DamagedException.class).isThrownBy(() -> extracted(archive));
    assertThat(temporary.resolve("outside")).doesNotExist();
    assertThat(Path.of("/outside")).doesNotExist();
    assertThat(temporary.resolve("restored-2")).doesNotExist();
  }

  @Test
  void anArchiveThatIsCutIsAnError() throws IOException {
    Files.write(cluster.resolve("base/5/16385"), new byte[300_000]);
    var whole = archive();
    var cut = Arrays.copyOf(whole, whole.length / 2);

    assertThatIOException().isThrownBy(() -> extracted(cut));
  }
}
