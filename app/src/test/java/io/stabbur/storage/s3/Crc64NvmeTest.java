package io.stabbur.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc64NvmeTest {
  private static long crc(byte[] bytes) {
    var checksum = new Crc64Nvme();
    checksum.update(bytes, 0, bytes.length);
    return checksum.getValue();
  }

  @Test
  void theCatalogsCheckValueIsMet() {
    assertThat(crc("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xAE8B14860A799888L);
    assertThat(crc(new byte[0])).isZero();
    // from the NVM Express specification: 4 KiB of zeros, 4 KiB of ones
    assertThat(crc(new byte[4096])).isEqualTo(0x6482D367EB22B64EL);
  }

  @Test
  void bytesInAnyPiecesGiveTheSameChecksum() {
    var random = new Random(7);
    var bytes = new byte[1000];
    random.nextBytes(bytes);
    var oneByOne = new Crc64Nvme();
    for (var each : bytes) {
      oneByOne.update(each);
    }
    var pieces = new Crc64Nvme();
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(bytes.length - at, random.nextInt(40));
      pieces.update(bytes, at, count);
      at += count;
    }

    assertThat(pieces.getValue()).isEqualTo(crc(bytes)).isEqualTo(oneByOne.getValue());
  }
}
