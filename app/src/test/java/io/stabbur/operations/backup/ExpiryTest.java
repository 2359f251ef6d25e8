package io.stabbur.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.project.ProjectFiles.Version;
import io.stabbur.project.StoreSettings;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Removal from a repository: sixty days of backups, a piece of log each hour, a file each day that
/// the day after still has.
@Tag("nightly")
class ExpiryTest {
  private static final Instant FIRST = Instant.parse("2026-01-01T02:30:00Z");
  private static final Retention PROMISE = new Retention(Duration.ofDays(3), 2, 2, ZoneOffset.UTC);
  private static final long HOUR = 1000;

  private final Path place = TestServer.newFolder();
  private final Repository repository =
      Repository.in(new StoreSettings.Folder(place), "", RepositoryKey.ofMasterKey("of this test"));

  @Test
  void eachKeptHourAndFileIsThereAndNothingElse() throws IOException {
    var catalog = new Catalog("default", "writer", "1", List.of(), List.of());
    catalog.write(repository);
    for (int day = 0; day < 60; day++) {
      var now = FIRST.plus(Duration.ofDays(day));
      catalog = new Expiry(repository, PROMISE).run(backUp(catalog, day, now), now);
      requireWindow(catalog, day, now);
      hours(day);
    }

    assertThat(catalog.backups().stream().map(Backup::id))
        .containsExactly("day-52", "day-56", "day-57", "day-58", "day-59");
    assertThat(catalog.expiring()).isEmpty();
    assertThat(files())
        .isEqualTo(
            new TreeSet<>(
                List.of(file(51), file(52), file(55), file(56), file(57), file(58), file(59))));
    assertThat(pieces()).hasSize(4 * 24);
  }

  private Catalog backUp(Catalog catalog, int day, Instant end) throws IOException {
    var backup =
        new Backup(
            "day-" + day,
            end,
            end,
            1,
            lsn(day, 0).toString(),
            lsn(day, 0).toString(),
            lsn(day, 0).toString(),
            1,
            2,
            1,
            2);
    var index = new ArrayList<FileEntry>();
    index.add(save(day));
    if (day > 0) {
      index.add(entry(day - 1));
    }
    FileIndex.write(repository, backup.object("files"), index);
    try (var out = repository.writeStream(backup.object("database"))) {
      out.write(1);
    }
    new Manifest(backup, "1", "17", "1", "", "", Map.of(), Map.of(), Map.of(), List.of(), "")
        .write(repository);
    var more = catalog.with(backup);
    more.write(repository);
    return more;
  }

  /// The log of the day that follows.
  private void hours(int day) throws IOException {
    for (int hour = 0; hour < 24; hour++) {
      var end = FIRST.plus(Duration.ofDays(day)).plus(Duration.ofHours(hour + 1));
      var piece = new LogPiece(1, lsn(day, hour), lsn(day, hour + 1), end, 16 << 20, 0);
      try (var out = repository.writeStream(piece.bytesName())) {
        out.write(new byte[(int) HOUR]);
      }
      piece.write(repository);
      var state =
          LogState.read(repository)
              .orElse(new LogState(1, lsn(0, 0), FIRST, lsn(0, 0), FIRST, List.of()));
      state.reaching(piece.to(), end, List.of()).write(repository);
    }
  }

  private void requireWindow(Catalog catalog, int day, Instant now) throws IOException {
    // with the days that pass, each hour of the window is asked for
    for (int hour = 1 + day % 9; hour <= 3 * 24 && hour <= day * 24; hour += 9) {
      var moment = now.minus(Duration.ofHours(hour)).plusSeconds(60);
      var chain = LogChain.of(repository, catalog, new RestoreTarget.Moment(moment));
      assertThat(chain.covers()).as("day %d, %s", day, moment).isAfterOrEqualTo(moment);
      for (var file : chain.files().values()) {
        FileCopies.check(repository, file);
      }
    }
  }

  private FileEntry save(int day) throws IOException {
    try (var out = repository.writeStream(repository.fileName(entry(day).version().path()))) {
      out.write(("file " + day).getBytes(StandardCharsets.UTF_8));
    }
    return entry(day);
  }

  private static FileEntry entry(int day) {
    var text = "file " + day;
    return new FileEntry(
        new Version("kept", "file", "v" + day),
        text.length(),
        io.stabbur.platform.crypto.Crypto.sha256Hex(text));
  }

  private static Lsn lsn(int day, int hour) {
    return new Lsn((day * 24L + hour) * HOUR);
  }

  private String file(int day) {
    return repository.fileName(entry(day).version().path()) + ".0";
  }

  private Set<String> files() throws IOException {
    return below("files");
  }

  private List<String> pieces() throws IOException {
    return below("log").stream().filter(name -> name.endsWith("/wal.0")).toList();
  }

  private Set<String> below(String folder) throws IOException {
    try (var files = Files.walk(place.resolve(folder))) {
      var names = new TreeSet<String>();
      files
          .filter(Files::isRegularFile)
          .forEach(file -> names.add(place.relativize(file).toString()));
      return names;
    }
  }
}
