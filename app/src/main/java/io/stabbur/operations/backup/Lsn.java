package io.stabbur.operations.backup;

/// A place in the write-ahead log, in bytes from its beginning. Its text is Postgres', such as
/// `0/2A0000F8`.
record Lsn(long bytes) implements Comparable<Lsn> {
  static Lsn parse(String text) {
    int slash = text.indexOf('/');
    return new Lsn(
        (Long.parseUnsignedLong(text.substring(0, slash), 16) << 32)
            | Long.parseUnsignedLong(text.substring(slash + 1), 16));
  }

  Lsn plus(long more) {
    return new Lsn(bytes + more);
  }

  /// The number of the segment file that holds this place.
  long segment(long segmentSize) {
    return bytes / segmentSize;
  }

  /// The name of a segment file.
  ///
  /// @param segment its number
  static String fileName(int timeline, long segment, long segmentSize) {
    long perId = (1L << 32) / segmentSize;
    return "%08X%08X%08X".formatted(timeline, segment / perId, segment % perId);
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public String toString() {
    return "%X/%X".formatted(bytes >>> 32, bytes & 0xFFFF_FFFFL);
  }
}
