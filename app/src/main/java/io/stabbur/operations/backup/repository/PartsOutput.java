package io.stabbur.operations.backup.repository;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/// Cuts a stream into sealed parts. A part is one byte that says whether it is the last, and
/// content.
final class PartsOutput extends OutputStream {
  static final int MORE = 0;
  static final int LAST = 1;
  private static final int SIZE = 8 << 20;

  private final Repository repository;
  private final String name;
  private ByteArrayOutputStream part = new ByteArrayOutputStream();
  private int number;
  private boolean closed;

  PartsOutput(Repository repository, String name) {
    this.repository = repository;
    this.name = name;
  }

  @Override
  public void write(int sign) {
    write(new byte[] {(byte) sign}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    int at = from;
    int left = length;
    while (left > 0) {
      int fits = Math.min(left, SIZE - part.size());
      part.write(bytes, at, fits);
      at += fits;
      left -= fits;
      if (part.size() == SIZE) {
        store(MORE);
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      store(LAST);
    }
  }

  private void store(int kind) {
    var content = new byte[part.size() + 1];
    content[0] = (byte) kind;
    System.arraycopy(part.toByteArray(), 0, content, 1, part.size());
    repository.write(name + '.' + number, content);
    number++;
    part = new ByteArrayOutputStream();
  }
}
