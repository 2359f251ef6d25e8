package io.stabbur.storage.s3;

import io.stabbur.storage.backend.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/// The checksums of the S3 protocol, under the names that `x-amz-checksum-…` gives them.
enum ChecksumAlgorithm {
  CRC32,
  CRC32C,
  CRC64NVME,
  SHA1,
  SHA256;

  /// A checksum that is being computed.
  interface Running {
    void update(byte[] bytes, int at, int count);

    byte[] result();
  }

  static Optional<ChecksumAlgorithm> named(String name) {
    return Arrays.stream(values()).filter(each -> each.name().equalsIgnoreCase(name)).findFirst();
  }

  /// The header that carries its value.
  String header() {
    return "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);
  }

  Running start() {
    return switch (this) {
      case CRC32 -> cyclic(new CRC32(), Integer.BYTES);
      case CRC32C -> cyclic(new CRC32C(), Integer.BYTES);
      case CRC64NVME -> cyclic(new Crc64Nvme(), Long.BYTES);
      case SHA1 -> hash(Digests.of("SHA-1"));
      case SHA256 -> hash(Digests.of("SHA-256"));
    };
  }

  private static Running cyclic(Checksum checksum, int bytes) {
    return new Running() {
      @Override
      public void update(byte[] from, int at, int count) {
        checksum.update(from, at, count);
      }

      @Override
      public byte[] result() {
        var whole = ByteBuffer.allocate(Long.BYTES).putLong(checksum.getValue()).array();
        return Arrays.copyOfRange(whole, Long.BYTES - bytes, Long.BYTES);
      }
    };
  }

  private static Running hash(MessageDigest digest) {
    return new Running() {
      @Override
      public void update(byte[] from, int at, int count) {
        digest.update(from, at, count);
      }

      @Override
      public byte[] result() {
        return digest.digest();
      }
    };
  }
}
