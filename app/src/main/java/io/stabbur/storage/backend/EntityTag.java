package io.stabbur.storage.backend;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/// Counts bytes as they pass and makes their entity tag.
public final class EntityTag {
  private final Tagging tagging;
  private final MessageDigest md5 = Digests.md5();
  private final Checksum crc32c = new CRC32C();
  private final Checksum crc32 = new CRC32();
  private long size;

  public EntityTag(Tagging tagging) {
    this.tagging = tagging;
  }

  public void update(byte[] bytes, int at, int count) {
    size += count;
    switch (tagging) {
      case MD5 -> md5.update(bytes, at, count);
      case CHECKSUMS -> {
        crc32c.update(bytes, at, count);
        crc32.update(bytes, at, count);
      }
      case NONE -> {}
    }
  }

  long size() {
    return size;
  }

  /// What has passed; the tag is empty where none is made.
  public Written written() {
    return new Written(
        size,
        switch (tagging) {
          case MD5 -> '"' + HexFormat.of().formatHex(md5.digest()) + '"';
          case CHECKSUMS -> '"' + checksums() + '"';
          case NONE -> "";
        });
  }

  private String checksums() {
    long parts = Math.max(1, Math.ceilDiv(size, Tagging.PART));
    return "%08x%08x%016x-".formatted(crc32c.getValue(), crc32.getValue(), size) + parts;
  }
}
