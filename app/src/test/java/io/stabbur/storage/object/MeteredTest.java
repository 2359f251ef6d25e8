package io.stabbur.storage.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A body that is counted while it passes, and held to its limit and to the length that was
/// announced for it.
class MeteredTest {
  private static final OptionalLong NONE = OptionalLong.empty();

  private static Metered metered(int size, long most, OptionalLong announced) {
    return new Metered(new ByteArrayInputStream(new byte[size]), most, announced);
  }

  private static void refused(Metered body, ApiError error) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(body::readAllBytes)
        .satisfies(e -> assertThat(e.error()).isEqualTo(error));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0, 5", "5, 5", "5, 6", "100000, 100000"})
  void aBodyUpToItsLimitPasses(int size, long most) throws IOException {
    for (var announced : new OptionalLong[] {NONE, OptionalLong.of(size)}) {
      var body = metered(size, most, announced);

      assertThat(body.readAllBytes()).hasSize(size);
      assertThat(body.passed()).isEqualTo(size);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "6, 5", "100001, 100000"})
  void aBodyBeyondItsLimitIsRefused(int size, long most) {
    refused(metered(size, most, NONE), new StorageError.EntityTooLarge());
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "4, 5", "99999, 100000"})
  void aBodyThatEndsBeforeItsLengthIsRefused(int size, long announced) {
    refused(
        metered(size, Long.MAX_VALUE, OptionalLong.of(announced)), new StorageError.BodyCutShort());
  }

  @ParameterizedTest
  @CsvSource({"6, 5", "2, 1", "100001, 100000"})
  void aBodyThatGoesOnBehindItsLengthIsRefused(int size, long announced) {
    refused(
        metered(size, Long.MAX_VALUE, OptionalLong.of(announced)),
        new StorageError.InvalidRequest("The body is longer than announced"));
  }

  /// Whoever knows the length reads no further, so what comes behind it must be noticed then.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void whoStopsAtTheLastByteHearsOfMoreToo(int piece) throws IOException {
    var body = metered(11, Long.MAX_VALUE, OptionalLong.of(10));
    for (int at = piece; at < 10; at += piece) {
      assertThat(body.readNBytes(piece)).hasSize(piece);
    }

    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> body.read(new byte[piece], 0, piece))
        .satisfies(
            e ->
                assertThat(e.error())
                    .isEqualTo(
                        new StorageError.InvalidRequest("The body is longer than announced")));
  }

  /// A source checks its own checksum where it ends.
  @Test
  void whatASourceChecksAtItsEndIsCheckedAtTheLastByte() {
    var source =
        new FilterInputStream(new ByteArrayInputStream(new byte[10])) {
          @Override
          public int read() throws IOException {
            return atEnd(in.read());
          }

          @Override
          public int read(byte[] into, int at, int length) throws IOException {
            return atEnd(in.read(into, at, length));
          }

          private int atEnd(int read) throws IOException {
            if (read < 0) {
              throw new IOException("another checksum");
            }
            return read;
          }
        };
    var body = new Metered(source, 10, OptionalLong.of(10));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> body.readNBytes(10))
        .withMessage("another checksum");
  }

  @Test
  void singleBytesCount() throws IOException {
    var body = metered(3, 2, NONE);

    assertThat(body.read()).isZero();
    assertThat(body.read()).isZero();
    assertThat(body.passed()).isEqualTo(2);
    assertThatExceptionOfType(ApiException.class).isThrownBy(body::read);
  }

  @Test
  void theSourceIsClosedWithIt() throws IOException {
    var closed = new AtomicBoolean();
    InputStream source =
        new FilterInputStream(new ByteArrayInputStream(new byte[1])) {
          @Override
          public void close() {
            closed.set(true);
          }
        };

    new Metered(source, 1, NONE).close();

    assertThat(closed).isTrue();
  }
}
