package io.stabbur.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What every store of bytes must do.
public abstract class BackendContract {
  protected abstract Backend backend();

  /// The name of a new version.
  protected String version() {
    return UUID.randomUUID().toString();
  }

  protected final VersionKey key(String name) {
    return new VersionKey("tenant", "bucket", name, version());
  }

  private Written write(VersionKey key, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return backend()
        .write(key, new ByteArrayInputStream(bytes), OptionalLong.of(bytes.length), "text/plain");
  }

  private String read(VersionKey key, Span span) {
    try (var in = backend().read(key, span)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatWasWrittenIsReadWholeAndInParts() {
    var key = key("a/b.txt");
    var written = write(key, "0123456789");
    assertThat(written.size()).isEqualTo(10);
    assertThat(written.etag()).isEqualTo("\"781e5e245d69b566979b86e28d23f2c7\"");
    assertThat(read(key, Span.whole(10))).isEqualTo("0123456789");
    assertThat(read(key, new Span(3, 4))).isEqualTo("3456");
  }

  @Test
  void anEmptyObjectIsAnObject() {
    var key = key("empty");
    assertThat(write(key, "").size()).isZero();
    assertThat(backend().exists(key)).isTrue();
    assertThat(read(key, Span.whole(0))).isEmpty();
  }

  @Test
  void aBodyOfUnknownLengthIsStoredWhole() {
    var key = key("unknown");
    var bytes = new byte[20 << 20];
    new Random(1).nextBytes(bytes);
    var written =
        backend()
            .write(key, new ByteArrayInputStream(bytes), OptionalLong.empty(), "application/pdf");
    assertThat(written.size()).isEqualTo(bytes.length);
    try (var in = backend().read(key, Span.whole(bytes.length))) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatTheSourceThrowsPassesThroughAndLeavesNothing() {
    var key = key("broken");
    var source =
        new InputStream() {
          private int left = 100_000;

          @Override
          public int read() {
            if (left-- > 0) {
              return 'x';
            }
            throw new ApiException(new StorageError.EntityTooLarge());
          }

          @Override
          public int read(byte[] into, int at, int length) {
            into[at] = (byte) read();
            return 1;
          }
        };
    assertThatThrownBy(() -> backend().write(key, source, OptionalLong.of(200_000), "text/plain"))
        .isInstanceOfSatisfying(
            ApiException.class,
            e -> assertThat(e.error()).isInstanceOf(StorageError.EntityTooLarge.class));
    assertThat(backend().exists(key)).isFalse();
  }

  @Test
  void missingBytesAreMissing() {
    assertThatThrownBy(() -> backend().read(key("none"), new Span(0, 1)))
        .isInstanceOf(Backend.Missing.class);
    assertThatThrownBy(() -> backend().copy(key("none"), key("to"), 1))
        .isInstanceOf(Backend.Missing.class);
    assertThat(backend().exists(key("none"))).isFalse();
  }

  @Test
  void aCopyOutlivesItsSource() {
    var from = key("from");
    var to = key("deep/er/to");
    write(from, "copied");
    backend().copy(from, to, 6);
    backend().delete(List.of(from));
    assertThat(read(to, Span.whole(6))).isEqualTo("copied");
    assertThat(backend().exists(from)).isFalse();
  }

  @Test
  void removingWhatIsNotThereIsNoError() {
    backend().delete(List.of(key("never"), key("was/here")));
  }

  @Test
  void aNameMayBeAFileAndAFolder() {
    var file = key("x");
    var below = key("x/y");
    write(file, "file");
    write(below, "below");
    assertThat(read(file, Span.whole(4))).isEqualTo("file");
    backend().delete(List.of(file));
    assertThat(read(below, Span.whole(5))).isEqualTo("below");
  }

  @Test
  void oddNamesComeBackAsTheyWere() {
    var names =
        List.of(
            "a//b", "a///b", "%2E", "50%/x", "smør/日本", "~tilde", "x".repeat(600) + "/é", " s ");
    var keys = new ArrayList<VersionKey>();
    for (var name : names) {
      var key = new VersionKey("odd", "bucket", name, version());
      write(key, name);
      keys.add(key);
    }
    var found = new ArrayList<VersionKey>();
    backend().each("odd", found::add);
    assertThat(found).containsExactlyInAnyOrderElementsOf(keys);
    backend().delete(keys);
  }

  @Test
  void partsAreJoinedInOrder() {
    var key = key("parts");
    var upload = backend().begin(key, "text/plain");
    var big = "a".repeat(5 << 20);
    var second = part(key, upload, 2, "second");
    var first = part(key, upload, 1, big);
    var written = backend().join(key, upload, List.of(first, second));
    assertThat(written.size()).isEqualTo(big.length() + 6);
    assertThat(written.etag()).endsWith("-2\"");
    assertThat(read(key, new Span(big.length() - 1, 7))).isEqualTo("asecond");
    assertThat(read(key, new Span(big.length() + 3, 3))).isEqualTo("ond");
    assertThat(read(key, Span.whole(written.size()))).isEqualTo(big + "second");
  }

  private Part part(VersionKey key, String upload, int number, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return backend()
        .part(key, upload, number, new ByteArrayInputStream(bytes), OptionalLong.of(bytes.length));
  }

  @Test
  void anAbandonedUploadLeavesNothing() {
    var key = key("abandoned");
    var upload = backend().begin(key, "text/plain");
    part(key, upload, 1, "x");
    backend().abandon(key, upload);
    assertThat(backend().exists(key)).isFalse();
    backend().abandon(key, upload);
  }

  @Test
  void whatAKilledProcessLeftIsTidiedAndUploadsUnderWayAreKept() {
    var lost = key("lost");
    var kept = key("kept");
    var forgotten = backend().begin(lost, "text/plain");
    var known = backend().begin(kept, "text/plain");
    var one = OptionalLong.of(1);

    backend().tidy("tenant", Instant.now().minusSeconds(3600), known::equals);
    var left = backend().part(lost, forgotten, 1, new ByteArrayInputStream(new byte[1]), one);
    backend().tidy("tenant", Instant.now().plusSeconds(3600), known::equals);

    var part = backend().part(kept, known, 1, new ByteArrayInputStream(new byte[1]), one);
    assertThat(backend().join(kept, known, List.of(part)).size()).isEqualTo(1);
    assertThatThrownBy(() -> backend().join(lost, forgotten, List.of(left)))
        .isInstanceOf(Backend.Missing.class);
  }
}
