package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.operations.backup.RestoreRun.Bytes;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.project.StoreSettings;
import io.stabbur.project.embedded.PostgresPrograms;
import io.stabbur.storage.upkeep.StoredFiles;
import io.stabbur.testing.Await;
import io.stabbur.testing.DataTemplate;
import io.stabbur.testing.FilledTable;
import io.stabbur.testing.Http;
import io.stabbur.testing.SmallVolume;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Data folders on volumes as other systems hand them over, and on one that becomes full.
@Tag("nightly")
class VolumeTest {
  private static final int MEGABYTES = 900;
  private static final int PIECE = 300_000;

  /// As a volume comes that was formatted, and is mounted for everybody.
  private static Path handedOver(SmallVolume volume) throws IOException {
    Files.createDirectory(
        volume.folder().resolve("lost+found"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    return volume.folder();
  }

  @Test
  void aRestoreGoesOntoAMountedVolumeAndIsServedThere() throws IOException {
    var place = TestServer.newFolder();
    String key;
    try (var server =
        TestServer.start(
            Map.of("stabbur.backup.to", place.toString(), "stabbur.backup.prove-every", "0s"))) {
      key = server.project().keys().masterKey().reveal();
      TestPostgres.execute(
          server.project().admin().login(), "create table public.kept as select 7 as n");
      server.bean(Backups.class).make(server.project());
    }
    try (var volume = SmallVolume.mount(MEGABYTES)) {
      var root = handedOver(volume);
      var repository =
          Repository.in(
              new StoreSettings.Folder(place), "default/", RepositoryKey.ofMasterKey(key));

      var _ =
          new RestoreRun(
                  repository,
                  new StoredFiles(),
                  PostgresPrograms.bundled("stabbur"),
                  Optional.empty())
              .into(root, new RestoreTarget.Latest(), Bytes.WRITTEN);

      try (var copy = TestServer.start(Map.of("stabbur.data", root.toString()))) {
        assertThat(
                TestPostgres.value(
                    copy.project().admin().login(), "select n::text from public.kept"))
            .isEqualTo("7");
      }
    }
  }

  /// The root of the volume is everybody's, as NFS and storage classes have it; the folder in it is
  /// made for Stabbur alone.
  @Test
  void theFirstStartInAVolumeThatEverybodyMayWriteInSucceeds() throws IOException {
    try (var volume = SmallVolume.mount(MEGABYTES)) {
      var root = handedOver(volume);
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));

      try (var server = TestServer.start(Map.of("stabbur.data", root.resolve("data").toString()))) {
        assertThat(Http.get(server.url() + "/health/readiness").statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void onAFullVolumeReadsGoOnAndWritesAgainWhenThereIsRoom() throws Exception {
    try (var volume = SmallVolume.mount(MEGABYTES)) {
      var data = volume.folder().resolve("data");
      DataTemplate.MIGRATED.copyTo(data);
      try (var server = TestServer.start(Map.of("stabbur.data", data.toString()))) {
        var table = FilledTable.in(server);
        Await.until("served", Duration.ofSeconds(20), () -> table.write(1) == 201);

        volume.resize(volume.used());
        assertThat(table.writeUntilRefused(PIECE, MEGABYTES)).isEqualTo(503);
        for (int round = 0; round < 3; round++) {
          assertThat(table.read()).as("a read").isEqualTo(200);
          assertThat(table.write(PIECE)).as("a write").isEqualTo(503);
          Thread.sleep(1000);
        }

        volume.resize(MEGABYTES);
        Await.until("writes again", Duration.ofSeconds(30), () -> table.write(PIECE) == 201);
        assertThat(table.read()).isEqualTo(200);
      }
    }
  }
}
