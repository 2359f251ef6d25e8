package io.stabbur.storage.encrypt;

/// A run of chunks under one key: a whole object (number 0), or one part of an upload in parts.
///
/// A chunk is 64 KiB of clear bytes and a tag of 16. The last chunk of a segment is shorter than 64
/// KiB, so it may be empty: a writer that does not know its length need not look ahead. A part
/// begins with a random salt, since the same part may be sent again with other bytes.
///
/// @param number of the part; 0 for a whole object
/// @param size clear bytes
record Segment(int number, long size) {
  static final int CHUNK = 64 * 1024;
  static final int TAG = 16;
  static final int SALT = 32;

  /// Stored bytes of a chunk that is not the last.
  static final int SEALED = CHUNK + TAG;

  int headerSize() {
    return number == 0 ? 0 : SALT;
  }

  /// The number of the last chunk.
  long lastChunk() {
    return size / CHUNK;
  }

  /// Clear bytes of a chunk.
  int clearSize(long chunk) {
    return (int) Math.min(CHUNK, size - chunk * CHUNK);
  }

  /// Where a chunk begins in the stored segment.
  long position(long chunk) {
    return headerSize() + chunk * SEALED;
  }

  /// Where a chunk ends in the stored segment.
  long end(long chunk) {
    return position(chunk) + clearSize(chunk) + TAG;
  }

  long storedSize() {
    return end(lastChunk());
  }
}
