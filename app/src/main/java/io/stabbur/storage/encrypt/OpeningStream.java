package io.stabbur.storage.encrypt;

import io.stabbur.platform.file.BlockInput;
import io.stabbur.storage.backend.VersionKey;
import io.stabbur.storage.encrypt.ChunkCipher.Place;
import java.io.IOException;
import java.io.InputStream;
import javax.crypto.AEADBadTagException;

/// Clear bytes of a run of stored chunks. A chunk is given out after its tag was checked; one that
/// is not what was stored is [io.stabbur.storage.StorageError.Unreadable]. Holds two chunks.
final class OpeningStream extends BlockInput {
  private final InputStream stored;
  private final VersionKey object;
  private final ObjectKey key;
  private final ReadPlan plan;
  private final byte[] sealed = new byte[Segment.SEALED];
  private final byte[] clear = new byte[Segment.CHUNK];
  private ChunkCipher cipher;
  private int segment;
  private long chunk;
  private int at;
  private int limit;
  private long left;

  /// Opens the first chunk at once, so that a damaged one is an error before an answer begins.
  ///
  /// @param stored the bytes the plan names
  /// @param salt of the first segment, where the plan begins after it
  OpeningStream(InputStream stored, VersionKey object, ObjectKey key, ReadPlan plan, byte[] salt)
      throws IOException {
    this.stored = stored;
    this.object = object;
    this.key = key;
    this.plan = plan;
    this.left = plan.length();
    this.segment = plan.first().segment();
    this.chunk = plan.first().chunk();
    this.cipher = ChunkCipher.opening(key.segmentKey(current().number(), salt), chunk);
    this.limit = openNext(clear, 0);
    this.at = plan.skipped();
  }

  private Segment current() {
    return key.layout().segments().get(segment);
  }

  private boolean hasNext() {
    return segment < plan.last().segment()
        || (segment == plan.last().segment() && chunk <= plan.last().chunk());
  }

  /// Opens the next chunk, and with it an empty one after it: its tag says that the segment ends.
  private int openNext(byte[] into, int to) throws IOException {
    int count = openChunk(into, to);
    while (hasNext() && current().clearSize(chunk) == 0) {
      var _ = openChunk(clear, 0);
    }
    return count;
  }

  private int openChunk(byte[] into, int to) throws IOException {
    var now = current();
    if (chunk == 0) {
      var salt = new byte[now.headerSize()];
      fill(salt, salt.length);
      cipher = ChunkCipher.opening(key.segmentKey(now.number(), salt), 0);
    }
    int count = now.clearSize(chunk) + Segment.TAG;
    fill(sealed, count);
    var place = chunk == now.lastChunk() ? Place.LAST : Place.MORE;
    if (place == Place.LAST) {
      segment++;
      chunk = 0;
    } else {
      chunk++;
    }
    try {
      return cipher.open(sealed, count, place, into, to);
    } catch (AEADBadTagException e) {
      throw Unreadable.because("its bytes are not those that were stored", object);
    }
  }

  private void fill(byte[] into, int count) throws IOException {
    if (stored.readNBytes(into, 0, count) < count) {
      throw Unreadable.because("its bytes end too early", object);
    }
  }

  @Override
  public int read(byte[] into, int to, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (left == 0) {
      return -1;
    }
    while (at == limit) {
      if (Math.min(length, left) >= Segment.CHUNK && current().clearSize(chunk) > 0) {
        int opened = openNext(into, to);
        left -= opened;
        return opened;
      }
      limit = openNext(clear, 0);
      at = 0;
    }
    int count = (int) Math.min(Math.min(length, limit - at), left);
    System.arraycopy(clear, at, into, to, count);
    at += count;
    left -= count;
    return count;
  }

  @Override
  public void close() throws IOException {
    stored.close();
  }
}
