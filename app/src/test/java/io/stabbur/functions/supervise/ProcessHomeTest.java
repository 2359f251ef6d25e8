package io.stabbur.functions.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessHomeTest {
  @TempDir private Path temporary;

  private static void age(Path folder) throws IOException {
    Files.setLastModifiedTime(folder, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
  }

  @Test
  void whatAKilledProgramLeftIsRemovedAndNothingElse() throws IOException {
    var abandoned = Files.createDirectories(temporary.resolve("stabbur-functions-1"));
    Files.writeString(Files.createDirectories(abandoned.resolve("a/tmp")).resolve("f"), "x");
    age(abandoned);
    var young = Files.createDirectories(temporary.resolve("stabbur-functions-2"));
    var other = Files.createDirectories(temporary.resolve("stabbur-other"));
    age(other);
    try (var used = ProcessHome.create(temporary)) {
      age(used.folder());
      try (var mine = ProcessHome.create(temporary)) {
        assertThat(mine.folder()).isDirectory();
        assertThat(used.folder()).isDirectory();
      }
      assertThat(abandoned).doesNotExist();
      assertThat(young).isDirectory();
      assertThat(other).isDirectory();
    }
    try (var files = Files.list(temporary)) {
      assertThat(files).containsExactlyInAnyOrder(young, other);
    }
  }
}
