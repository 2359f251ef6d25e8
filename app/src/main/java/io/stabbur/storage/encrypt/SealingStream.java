package io.stabbur.storage.encrypt;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.storage.backend.EntityTag;
import io.stabbur.storage.backend.Tagging;
import io.stabbur.storage.backend.Written;
import io.stabbur.storage.encrypt.ChunkCipher.Place;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/// Clear bytes as they are stored: read one segment's worth of ciphertext from here while the clear
/// bytes are read, counted and hashed. Holds two chunks, whatever the length.
final class SealingStream extends InputStream {
  private final InputStream clear;
  private final ChunkCipher cipher;
  private final EntityTag tag;
  private final byte[] chunk = new byte[Segment.CHUNK];
  private byte[] ready;
  private int from;
  private int to;
  private boolean ended;

  /// A part's salt comes before its first chunk.
  SealingStream(InputStream clear, ObjectKey key, int number, Tagging tagging) {
    this.clear = clear;
    this.tag = new EntityTag(tagging);
    this.ready = number == 0 ? new byte[0] : Crypto.random(Segment.SALT);
    this.to = ready.length;
    this.cipher = ChunkCipher.sealing(key.segmentKey(number, ready));
  }

  /// How many bytes come out where so many go in.
  static OptionalLong storedLength(int number, OptionalLong length) {
    return length.isPresent()
        ? OptionalLong.of(new Segment(number, length.getAsLong()).storedSize())
        : length;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int at, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (from == to) {
      if (ended) {
        return -1;
      }
      if (length >= Segment.SEALED) {
        return sealNext(into, at);
      }
      from = 0;
      ready = ready.length < Segment.SEALED ? new byte[Segment.SEALED] : ready;
      to = sealNext(ready, 0);
    }
    int count = Math.min(length, to - from);
    System.arraycopy(ready, from, into, at, count);
    from += count;
    return count;
  }

  private int sealNext(byte[] into, int at) throws IOException {
    int count = clear.readNBytes(chunk, 0, chunk.length);
    ended = count < chunk.length;
    tag.update(chunk, 0, count);
    return cipher.seal(chunk, count, ended ? Place.LAST : Place.MORE, into, at);
  }

  /// The size and entity tag of the clear bytes, once all were read.
  Written written() {
    return tag.written();
  }
}
