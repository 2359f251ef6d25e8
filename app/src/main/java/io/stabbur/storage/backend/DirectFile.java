package io.stabbur.storage.backend;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes a file past the page cache (`O_DIRECT`), from its begin to its end. For large files: in
/// the cache they push out what is read often, and the copy there costs more than all else that is
/// done with their bytes.
final class DirectFile implements HashedFile.Sink, Closeable {
  /// What is written at once at most.
  private static final int MOST = 256 * 1024;

  /// `com.sun.nio.file.ExtendedOpenOption.DIRECT`, looked up since it is of this JVM and not of
  /// Java.
  private static final Optional<OpenOption> DIRECT = find();

  private final FileChannel out;
  private final int block;
  private final Arena memory = Arena.ofShared();
  private final ByteBuffer buffer;
  private long size;

  private DirectFile(FileChannel out, int block) {
    this.out = out;
    this.block = block;
    this.buffer = memory.allocate(MOST, block).asByteBuffer();
  }

  /// Opens an empty file; null where the file system has no such way or other blocks.
  static @Nullable DirectFile tryOpen(Path file) throws IOException {
    long block = Files.getFileStore(file).getBlockSize();
    if (DIRECT.isEmpty() || block <= 0 || MOST % block != 0) {
      return null;
    }
    try {
      return new DirectFile(
          FileChannel.open(file, StandardOpenOption.WRITE, DIRECT.get()), (int) block);
    } catch (UnsupportedOperationException | IOException _) {
      return null;
    }
  }

  private static Optional<OpenOption> find() {
    try {
      return Stream.of(Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants())
          .filter(each -> each.toString().equals("DIRECT"))
          .map(OpenOption.class::cast)
          .findFirst();
    } catch (ClassNotFoundException _) {
      return Optional.empty();
    }
  }

  /// Writes whole blocks: what is behind the bytes in the last one is cut off again, so only the
  /// last call may have a count that is no multiple of a block.
  @Override
  public void write(byte[] bytes, int count) throws IOException {
    for (int at = 0; at < count; at += MOST) {
      block(bytes, at, Math.min(MOST, count - at));
    }
    if (size % block != 0) {
      out.truncate(size);
    }
  }

  private void block(byte[] bytes, int from, int count) throws IOException {
    buffer.clear().put(bytes, from, count).limit(Math.ceilDiv(count, block) * block).rewind();
    for (long at = size; buffer.hasRemaining(); ) {
      at += out.write(buffer, at);
    }
    size += count;
  }

  @Override
  public void close() throws IOException {
    try (memory) {
      out.close();
    }
  }
}
