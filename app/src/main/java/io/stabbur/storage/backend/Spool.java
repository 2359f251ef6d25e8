package io.stabbur.storage.backend;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/// Bytes on their way that are too many for memory and must be read again: a temporary file that
/// loses its name at once, so that nothing of it is left when the process ends, however it ends.
public final class Spool implements AutoCloseable {
  private final FileChannel file;

  public Spool() {
    try {
      // for its owner's eyes only, and for nobody's once the name is gone
      var path = Files.createTempFile("spool", null);
      try {
        this.file =
            FileChannel.open(
                path,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
      } finally {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Forgets everything, to be filled anew.
  public void clear() {
    try {
      file.truncate(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Adds bytes at the end.
  public void add(byte[] bytes, int count) {
    try {
      var buffer = ByteBuffer.wrap(bytes, 0, count);
      long at = file.size();
      while (buffer.hasRemaining()) {
        at += file.write(buffer, at);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All bytes, from the first; as often as wanted, one after the other.
  public InputStream open() {
    try {
      file.position(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new java.io.FilterInputStream(Channels.newInputStream(file)) {
      @Override
      public void close() {
        // the channel stays open for the next reader
      }
    };
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
