package io.stabbur.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClearBytesTest {
  private static final int WINDOW = 16;
  private final byte[] known = new byte[100];
  private final ClearBytes clear;

  ClearBytesTest() {
    new Random(1).nextBytes(known);
    clear = new ClearBytes(known);
  }

  private static byte[] around(byte[] bytes, int before, int after) {
    var all = new byte[before + bytes.length + after];
    System.arraycopy(bytes, 0, all, before, bytes.length);
    return all;
  }

  @Test
  void sixteenBytesAreFoundFromAnyPlaceAtAnyPlace() {
    for (int from = 0; from + WINDOW <= known.length; from++) {
      var part = Arrays.copyOfRange(known, from, from + WINDOW);
      for (int before = 0; before < 20; before++) {
        for (int after : new int[] {0, 1, 20}) {
          assertThat(clear.isIn(around(part, before, after))).as("%d at %d", from, before).isTrue();
        }
      }
    }
  }

  @Test
  void fifteenAreNotFound() {
    for (int from = 0; from + WINDOW <= known.length; from++) {
      var part = Arrays.copyOfRange(known, from, from + WINDOW - 1);
      for (int before = 0; before < 20; before++) {
        assertThat(clear.isIn(around(part, before, 20))).as("%d at %d", from, before).isFalse();
      }
    }
  }
}
