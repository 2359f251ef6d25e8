package io.stabbur.storage.object;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.file.BlockInput;
import io.stabbur.storage.StorageError;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/// Counts a body as it passes: one that grows past its limit is refused while it streams, one that
/// ends before its announced length is refused at its end.
public final class Metered extends BlockInput {
  private final long most;
  private final OptionalLong announced;
  private final InputStream in;
  private long passed;

  public Metered(InputStream in, long most, OptionalLong announced) {
    this.in = in;
    this.most = most;
    this.announced = announced;
  }

  @Override
  public int read(byte[] into, int at, int length) throws IOException {
    int count = in.read(into, at, length);
    if (count < 0) {
      if (announced.isPresent() && passed < announced.getAsLong()) {
        throw new ApiException(new StorageError.BodyCutShort());
      }
      return count;
    }
    passed += count;
    if (passed > most) {
      throw new ApiException(new StorageError.EntityTooLarge());
    }
    if (announced.isPresent() && passed >= announced.getAsLong() && count > 0) {
      requireEnd();
    }
    return count;
  }

  /// Whoever reads a body of known length may stop at its last byte; what the source checks at its
  /// end is checked now.
  private void requireEnd() throws IOException {
    if (passed > announced.getAsLong() || in.read() >= 0) {
      throw new ApiException(new StorageError.InvalidRequest("The body is longer than announced"));
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  public long passed() {
    return passed;
  }
}
