package io.stabbur.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.ClearBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class SpoolTest {
  private static byte[] random(int size) {
    var bytes = new byte[size];
    new Random().nextBytes(bytes);
    return bytes;
  }

  @Test
  void whatWasAddedIsReadAsOftenAsWanted() throws IOException {
    try (var spool = new Spool()) {
      for (int size : new int[] {0, 1, 65_536, 200_001}) {
        var bytes = random(size);
        spool.clear();
        spool.add(bytes, size / 2);
        spool.add(java.util.Arrays.copyOfRange(bytes, size / 2, size), size - size / 2);
        for (int reading = 0; reading < 2; reading++) {
          try (var in = spool.open()) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
          }
        }
        try (var in = spool.open()) {
          in.skipNBytes(size / 3);
          assertThat(in.readAllBytes())
              .isEqualTo(java.util.Arrays.copyOfRange(bytes, size / 3, size));
        }
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void theFileHoldsNoClearByte() throws IOException {
    var bytes = random(100_000);
    try (var spool = new Spool()) {
      spool.add(bytes, bytes.length);
      var files = unnamed();
      assertThat(files).isNotEmpty();
      for (var file : files) {
        assertThat(new ClearBytes(bytes).isIn(Files.readAllBytes(file))).isFalse();
      }
    }
  }

  /// The open files of this process that have lost their names.
  private static List<Path> unnamed() throws IOException {
    var found = new ArrayList<Path>();
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      for (var each : open.toList()) {
        if (Files.isSymbolicLink(each)
            && Files.readSymbolicLink(each).toString().matches(".*spool.*\\(deleted\\)")) {
          found.add(each);
        }
      }
    }
    return found;
  }
}
