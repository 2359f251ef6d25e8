package io.stabbur.storage.inspect;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.file.BlockInput;
import io.stabbur.storage.StorageError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/// Holds bytes to the media type they are said to have, by looking at the first of them.
public final class TypeCheck {
  private TypeCheck() {}

  /// The same bytes; bytes of another type are an error before the first of them is handed on.
  public static InputStream checked(InputStream bytes, String mediaType) {
    return new Checked(bytes, mediaType);
  }

  /// Looks at the beginning of bytes that are stored already.
  static void require(InputStream beginning, String mediaType) throws IOException {
    require(beginning.readNBytes(Signature.LOOK), mediaType);
  }

  private static void require(byte[] head, String mediaType) {
    if (head.length > 0 && !Signature.fits(head, mediaType)) {
      throw new ApiException(new StorageError.OtherType(mediaType));
    }
  }

  private static final class Checked extends BlockInput {
    private final String mediaType;
    private InputStream in;
    private boolean looked;

    Checked(InputStream in, String mediaType) {
      this.in = in;
      this.mediaType = mediaType;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      if (!looked) {
        looked = true;
        var head = in.readNBytes(Signature.LOOK);
        require(head, mediaType);
        in = new SequenceInputStream(new ByteArrayInputStream(head), in);
      }
      return in.read(into, at, length);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
