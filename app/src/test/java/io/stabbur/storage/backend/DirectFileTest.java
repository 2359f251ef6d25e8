package io.stabbur.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A large file is on the disk as it came, whatever its length is in blocks.
class DirectFileTest {
  private static final OptionalLong LARGE = OptionalLong.of(16 << 20);

  /// Where the build is, since the folder for temporary files may be one in memory.
  @TempDir(factory = OnDisk.class)
  private Path folder = Path.of("");

  private static final class OnDisk implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.createTempDirectory(Files.createDirectories(Path.of("target")), "direct");
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        4095,
        4096,
        4097,
        65_535,
        65_536,
        65_537,
        262_143,
        262_144,
        262_145,
        327_680,
        327_681,
        1_000_001,
        16_777_216,
        16_777_217
      })
  void itsBytesAreThoseThatCame(int length) throws IOException {
    var bytes = random(length);
    var key = new VersionKey("t", "b", "large", "v1");

    var written =
        new FolderBackend(folder)
            .write(key, new ByteArrayInputStream(bytes), LARGE, "application/octet-stream");

    assertThat(written.size()).isEqualTo(length);
    assertThat(Files.readAllBytes(folder.resolve("t/b/large/v1"))).isEqualTo(bytes);
  }

  @Test
  void theLastCallAloneMayEndWithinABlock() throws IOException {
    var bytes = random(3 * 262_144 + 4096 + 7);
    var file = Files.createFile(folder.resolve("file"));
    try (var out = DirectFile.tryOpen(file)) {
      assumeThat(out).as("this file system can be written directly").isNotNull();
      var direct = Objects.requireNonNull(out);
      direct.write(bytes, 2 * 262_144);
      direct.write(
          Arrays.copyOfRange(bytes, 2 * 262_144, bytes.length), bytes.length - 2 * 262_144);
    }

    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  private static byte[] random(int length) {
    var bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
