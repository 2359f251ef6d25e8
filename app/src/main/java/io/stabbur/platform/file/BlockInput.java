package io.stabbur.platform.file;

import java.io.IOException;
import java.io.InputStream;

/// A stream that sees all its bytes in one method: whoever reads a single byte, or skips some,
/// reads a block of them, too.
public abstract class BlockInput extends InputStream {
  @Override
  public final int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] into, int at, int length) throws IOException;
}
