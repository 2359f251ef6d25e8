package io.stabbur.storage.s3;

import java.util.zip.Checksum;

/// CRC-64/NVME, reflected, as the NVM Express specification defines it: eight bytes a step, by
/// eight tables of what a byte at each distance adds.
final class Crc64Nvme implements Checksum {
  /// The polynomial 0xAD93D23594C93659 with its bits in reverse order.
  private static final long POLYNOMIAL = 0x9A6C9329AC4BC9B5L;

  private static final long[][] TABLES = tables();
  private long state = -1L;

  private static long[][] tables() {
    var tables = new long[8][256];
    for (int value = 0; value < 256; value++) {
      long remainder = value;
      for (int bit = 0; bit < 8; bit++) {
        remainder = (remainder & 1) == 0 ? remainder >>> 1 : (remainder >>> 1) ^ POLYNOMIAL;
      }
      tables[0][value] = remainder;
    }
    for (int value = 0; value < 256; value++) {
      for (int distance = 1; distance < 8; distance++) {
        long before = tables[distance - 1][value];
        tables[distance][value] = tables[0][(int) (before & 0xff)] ^ (before >>> 8);
      }
    }
    return tables;
  }

  @Override
  public void update(int value) {
    state = TABLES[0][(int) ((state ^ value) & 0xff)] ^ (state >>> 8);
  }

  @Override
  public void update(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    for (; end - at >= 8; at += 8) {
      long next = state;
      for (int i = 0; i < 8; i++) {
        next ^= (bytes[at + i] & 0xffL) << (8 * i);
      }
      state =
          TABLES[7][(int) (next & 0xff)]
              ^ TABLES[6][(int) (next >>> 8 & 0xff)]
              ^ TABLES[5][(int) (next >>> 16 & 0xff)]
              ^ TABLES[4][(int) (next >>> 24 & 0xff)]
              ^ TABLES[3][(int) (next >>> 32 & 0xff)]
              ^ TABLES[2][(int) (next >>> 40 & 0xff)]
              ^ TABLES[1][(int) (next >>> 48 & 0xff)]
              ^ TABLES[0][(int) (next >>> 56)];
    }
    for (; at < end; at++) {
      update(bytes[at]);
    }
  }

  @Override
  public long getValue() {
    return ~state;
  }

  @Override
  public void reset() {
    state = -1L;
  }
}
