package io.stabbur.storage.backend;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.file.BlockInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Bytes on their way that are too many for memory and must be read again: a temporary file that
/// loses its name at once, so that nothing of it is left when the process ends, however it ends.
/// What is on the disk is encrypted with a key that only this process's memory has.
public final class Spool implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;
  private final FileChannel file;
  private final byte[] sealed = new byte[BUFFER];
  private SecretKeySpec key = newKey();
  private Cipher writing = cipher();
  private long size;

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

  private static SecretKeySpec newKey() {
    return new SecretKeySpec(Crypto.random(32), "AES");
  }

  /// Counter mode from the first byte; the key encrypts one filling of the spool, so the counter
  /// may begin at zero.
  private Cipher cipher() {
    try {
      var cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(new byte[16]));
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Forgets everything, to be filled anew.
  public void clear() {
    try {
      file.truncate(0);
      size = 0;
      key = newKey();
      writing = cipher();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Adds bytes at the end.
  public void add(byte[] bytes, int count) {
    for (int at = 0; at < count; at += BUFFER) {
      add(bytes, at, Math.min(BUFFER, count - at));
    }
  }

  private void add(byte[] bytes, int at, int count) {
    try {
      var buffer = ByteBuffer.wrap(sealed, 0, writing.update(bytes, at, count, sealed));
      while (buffer.hasRemaining()) {
        size += file.write(buffer, size);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ShortBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /// All bytes, from the first; as often as wanted, one after the other.
  public InputStream open() {
    try {
      file.position(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Opened(Channels.newInputStream(file), cipher());
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The channel stays open for the next reader.
  private static final class Opened extends BlockInput {
    private final InputStream in;
    private final Cipher cipher;

    Opened(InputStream in, Cipher cipher) {
      this.in = in;
      this.cipher = cipher;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      int count = in.read(into, at, length);
      try {
        return count <= 0 ? count : cipher.update(into, at, count, into, at);
      } catch (ShortBufferException e) {
        throw new IOException(e);
      }
    }
  }
}
