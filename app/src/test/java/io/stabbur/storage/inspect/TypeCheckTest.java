package io.stabbur.storage.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.storage.StorageError;
import io.stabbur.testing.Refusals;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// No byte of another type than was said is handed on, whichever way a stream is read.
class TypeCheckTest {
  private static final byte[] PDF = "%PDF-1.7 and more".getBytes(StandardCharsets.US_ASCII);

  @Test
  void bytesOfTheTypeAreHandedOnUnchanged() throws IOException {
    assertThat(checked("application/pdf").readAllBytes()).isEqualTo(PDF);
    var out = new ByteArrayOutputStream();
    assertThat(checked("application/pdf").transferTo(out)).isEqualTo(PDF.length);
    assertThat(out.toByteArray()).isEqualTo(PDF);
    var one = checked("application/pdf");
    assertThat(one.read()).isEqualTo('%');
    assertThat(one.readNBytes(3)).isEqualTo("PDF".getBytes(StandardCharsets.US_ASCII));
    assertThat(one.skip(5)).isPositive();
  }

  @Test
  void bytesOfAnotherTypeAreRefusedBeforeTheFirst() {
    var other = new StorageError.OtherType("image/png");
    assertThat(Refusals.of(() -> checked("image/png").read())).isEqualTo(other);
    assertThat(Refusals.of(() -> checked("image/png").readAllBytes())).isEqualTo(other);
    assertThat(Refusals.of(() -> checked("image/png").read(new byte[1]))).isEqualTo(other);
    assertThat(Refusals.of(() -> checked("image/png").skip(8))).isEqualTo(other);
  }

  @Test
  void aBeginningInPiecesIsLookedAtWhole() {
    InputStream pieces = new ByteArrayInputStream(new byte[0]);
    for (byte each : PDF) {
      pieces = new SequenceInputStream(pieces, new ByteArrayInputStream(new byte[] {each}));
    }
    var checked = TypeCheck.checked(pieces, "image/png");
    assertThat(Refusals.of(() -> checked.read(new byte[100])))
        .isEqualTo(new StorageError.OtherType("image/png"));
  }

  @Test
  void nothingIsOfEveryType() throws IOException {
    assertThat(TypeCheck.checked(InputStream.nullInputStream(), "image/png").readAllBytes())
        .isEmpty();
  }

  private static InputStream checked(String type) {
    return TypeCheck.checked(new ByteArrayInputStream(PDF), type);
  }
}
