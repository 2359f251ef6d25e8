package io.stabbur.storage.encrypt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.Encryption;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.FolderBackend;
import io.stabbur.storage.backend.Part;
import io.stabbur.storage.backend.Span;
import io.stabbur.storage.backend.VersionKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is on the disk, and what becomes of it when somebody changes it there.
class EncryptedFolderTest extends EncryptedContract {
  private static final int CHUNK = Segment.CHUNK;
  private static final int SEALED = Segment.SEALED;
  @TempDir private Path root = Path.of("");
  private Backend backend = new FolderBackend(Path.of(System.getProperty("java.io.tmpdir")));

  @BeforeEach
  void open() {
    backend = encrypted(new FolderBackend(root));
  }

  @Override
  protected Backend backend() {
    return backend;
  }

  private static byte[] random(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private VersionKey stored(byte[] bytes) {
    var key = key("org/file");
    var written =
        backend.write(key, new ByteArrayInputStream(bytes), OptionalLong.empty(), "text/plain");
    assertThat(written.size()).isEqualTo(bytes.length);
    return key;
  }

  private Path file(VersionKey key) {
    return root.resolve(key.path());
  }

  private byte[] read(VersionKey key, long from, long length) {
    try (var in = backend.read(key, new Span(from, length))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertUnreadable(VersionKey key, long size) {
    assertThatThrownBy(() -> read(key, 0, size))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> assertThat(e.error()).isInstanceOf(StorageError.Unreadable.class));
  }

  @Test
  void everyLengthAroundAChunkReadsBackInAnyRange() throws IOException {
    for (int size :
        new int[] {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 17, 5 * CHUNK}) {
      var bytes = random(size);
      var key = stored(bytes);
      assertThat(Files.size(file(key))).isEqualTo(size + 16L * (size / CHUNK + 1));
      assertThat(read(key, 0, size)).isEqualTo(bytes);
      for (var range : borders(size)) {
        int from = (int) range.from();
        int to = from + (int) range.length();
        assertThat(read(key, from, to - from))
            .as(size + ": " + range)
            .isEqualTo(Arrays.copyOfRange(bytes, from, to));
      }
    }
  }

  /// From and to every place around the borders of chunks.
  private static List<Span> borders(int size) {
    var places = new ArrayList<Integer>();
    for (int border = 0; border <= size + CHUNK; border += CHUNK) {
      for (int place : new int[] {border - 1, border, border + 1}) {
        if (place >= 0 && place <= size) {
          places.add(place);
        }
      }
    }
    places.add(size);
    var spans = new ArrayList<Span>();
    for (int from : places) {
      for (int to : places) {
        if (from <= to) {
          spans.add(new Span(from, to - from));
        }
      }
    }
    return spans;
  }

  @Test
  void equalObjectsAreDifferentOnDisk() throws IOException {
    var bytes = random(1000);
    var one = Files.readAllBytes(file(stored(bytes)));
    assertThat(one).isNotEqualTo(Files.readAllBytes(file(stored(bytes))));
    assertThat(holdsClear(one, bytes)).isFalse();
  }

  /// Whether any sixteen bytes of a file are found among others.
  private static boolean holdsClear(byte[] stored, byte[] clear) {
    var windows = new java.util.HashSet<ByteBuffer>();
    for (int at = 0; at + 16 <= clear.length; at++) {
      windows.add(ByteBuffer.wrap(clear, at, 16).slice());
    }
    for (int at = 0; at + 16 <= stored.length; at++) {
      if (windows.contains(ByteBuffer.wrap(stored, at, 16).slice())) {
        return true;
      }
    }
    return false;
  }

  private void assertNoticed(int size, UnaryOperator<byte[]> change) throws IOException {
    var key = stored(random(size));
    Files.write(file(key), change.apply(Files.readAllBytes(file(key))));
    assertUnreadable(key, size);
  }

  @Test
  void anAlteredByteIsNoticedWhereverItIs() throws IOException {
    int size = 3 * CHUNK;
    for (int at : new int[] {0, CHUNK - 1, CHUNK + 15, SEALED, 3 * SEALED - 1, 3 * SEALED + 15}) {
      assertNoticed(
          size,
          bytes -> {
            bytes[at] ^= 1;
            return bytes;
          });
    }
  }

  @Test
  void anObjectThatWasCutIsNoticed() throws IOException {
    int size = 2 * CHUNK + 100;
    for (int left : new int[] {0, 15, SEALED - 1, SEALED, 2 * SEALED, 2 * SEALED + 115}) {
      assertNoticed(size, bytes -> Arrays.copyOf(bytes, left));
    }
    assertNoticed(CHUNK, bytes -> Arrays.copyOf(bytes, SEALED));
    assertNoticed(0, bytes -> new byte[0]);
  }

  @Test
  void chunksThatChangedPlacesOrAreRepeatedAreNoticed() throws IOException {
    assertNoticed(2 * CHUNK + 1, bytes -> moved(bytes, 0, SEALED, SEALED, 0));
    assertNoticed(2 * CHUNK + 1, bytes -> moved(bytes, 0, SEALED));
    assertNoticed(2 * CHUNK + 1, bytes -> moved(bytes, SEALED, 0));
  }

  /// Chunks copied from places to places, pair by pair.
  private static byte[] moved(byte[] bytes, int... fromTo) {
    var changed = bytes.clone();
    for (int at = 0; at < fromTo.length; at += 2) {
      System.arraycopy(bytes, fromTo[at], changed, fromTo[at + 1], SEALED);
    }
    return changed;
  }

  @Test
  void anotherObjectsBytesAreNoticed() throws IOException {
    var mine = stored(random(100));
    var other = stored(random(100));
    Files.copy(file(other), file(mine), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertUnreadable(mine, 100);
  }

  @Test
  void anotherObjectsKeyDoesNotOpenEvenItsOwnBytes() throws IOException {
    var rows = new KeyRows(io.stabbur.testing.TestServer.shared().project());
    var other = stored(random(100));
    var mine = stored(random(100));
    Files.copy(file(other), file(mine), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    rows.put(mine, rows.find(other).orElseThrow());
    assertUnreadable(mine, 100);
  }

  @Test
  void aKeyThatIsGoneOrOfAnotherRootIsAnErrorOfOurs() {
    var rows = new KeyRows(io.stabbur.testing.TestServer.shared().project());
    var key = stored(random(10));
    var kept = rows.find(key).orElseThrow();
    rows.put(key, new WrappedKey(99, kept.wrapped(), kept.layout()));
    assertUnreadable(key, 10);
    rows.put(key, new WrappedKey(kept.keyVersion(), "bm90IGEga2V5", kept.layout()));
    assertUnreadable(key, 10);
    rows.put(key, kept);
    assertThat(read(key, 0, 10)).isEqualTo(random(10));
    assertUnreadable(key, 11);
  }

  private Part part(VersionKey key, String upload, int number, byte[] bytes) {
    return backend.part(
        key, upload, number, new ByteArrayInputStream(bytes), OptionalLong.of(bytes.length));
  }

  @Test
  void partsInAnyOrderAndSentTwiceReadBackInAnyRange() {
    var key = key("org/parts");
    var upload = backend.begin(key, "text/plain");
    var sizes = new int[] {CHUNK, CHUNK + 1, 0, 3};
    var whole = new java.io.ByteArrayOutputStream();
    var parts = new Part[sizes.length];
    for (int at : new int[] {3, 1, 0, 2, 1}) {
      parts[at] = part(key, upload, at + 1, random(sizes[at]));
    }
    for (int size : sizes) {
      whole.writeBytes(random(size));
    }
    backend.join(key, upload, List.of(parts));
    var bytes = whole.toByteArray();
    for (var range : borders(bytes.length)) {
      assertThat(read(key, range.from(), range.length()))
          .as(range.toString())
          .isEqualTo(
              Arrays.copyOfRange(bytes, (int) range.from(), (int) (range.from() + range.length())));
    }
  }

  @Test
  void partsOfOneObjectThatChangedPlacesOnDiskAreNoticed() throws IOException {
    var key = key("org/swapped");
    var upload = backend.begin(key, "text/plain");
    var first = part(key, upload, 1, random(100));
    var second = part(key, upload, 2, random(100));
    backend.join(key, upload, List.of(first, second));
    int stored = 32 + 100 + 16;
    var bytes = Files.readAllBytes(file(key));
    assertThat(bytes).hasSize(2 * stored);
    var swapped = Arrays.copyOfRange(bytes, stored, 2 * stored);
    Files.write(
        file(key), ByteBuffer.allocate(2 * stored).put(swapped).put(bytes, 0, stored).array());
    assertUnreadable(key, 200);
  }

  @Test
  void copiesAreReadableWhereverTheyGo() {
    var bytes = random(CHUNK + 5);
    var from = stored(bytes);
    var clear = new VersionKey("tenant", "bucket", "org/file", Encryption.OFF.newVersion());
    var other = new VersionKey("tenant", "other", "another/file", Encryption.FOLDER.newVersion());
    var project = new VersionKey("tenant", "other", "x", Encryption.PROJECT.newVersion());
    backend.copy(from, clear, bytes.length);
    backend.copy(from, other, bytes.length);
    backend.copy(clear, project, bytes.length);
    backend.delete(List.of(from));
    for (var copy : List.of(clear, other, project)) {
      assertThat(read(copy, 0, bytes.length)).isEqualTo(bytes);
    }
    assertThat(file(clear)).hasBinaryContent(bytes);
  }
}
