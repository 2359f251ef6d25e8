package io.stabbur.storage.backend;

import io.stabbur.platform.file.BlockInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A span of a file. As a channel it reads into memory outside the heap without a copy.
final class FileStream extends BlockInput implements ReadableByteChannel {
  private final FileChannel file;
  private long left;

  private FileStream(FileChannel file, long length) {
    this.file = file;
    this.left = length;
  }

  static FileStream open(Path path, Span span) throws IOException {
    var file = FileChannel.open(path, StandardOpenOption.READ);
    try {
      file.position(span.from());
      return new FileStream(file, span.length());
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (left <= 0) {
      return into.hasRemaining() ? -1 : 0;
    }
    int limit = into.limit();
    into.limit(into.position() + (int) Math.min(into.remaining(), left));
    try {
      int count = file.read(into);
      left -= Math.max(0, count);
      return count;
    } finally {
      into.limit(limit);
    }
  }

  @Override
  public int read(byte[] into, int at, int length) throws IOException {
    return read(ByteBuffer.wrap(into, at, length));
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = Math.max(0, Math.min(Math.min(count, left), file.size() - file.position()));
    file.position(file.position() + skipped);
    left -= skipped;
    return skipped;
  }

  @Override
  public boolean isOpen() {
    return file.isOpen();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
