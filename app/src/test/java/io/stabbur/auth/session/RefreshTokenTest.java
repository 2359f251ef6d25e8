package io.stabbur.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.crypto.Crypto;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshTokenTest {
  private static final byte[] KEY = Crypto.random(32);

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 127, 128, 300, 16_383, 16_384, 1L << 40, Long.MAX_VALUE})
  void aCountedTokenReadsBackAsItWasSigned(long counter) {
    var session = UUID.randomUUID();

    var read = RefreshToken.parse(RefreshToken.Counted.sign(session, counter, KEY).text());

    assertThat(read)
        .get()
        .isInstanceOfSatisfying(
            RefreshToken.Counted.class,
            token -> {
              assertThat(token.session()).isEqualTo(session);
              assertThat(token.counter()).isEqualTo(counter);
              assertThat(token.signedWith(KEY)).isTrue();
              assertThat(token.signedWith(Crypto.random(32))).isFalse();
            });
  }

  @Test
  void theLayoutIsVersionSessionCounterSignatureChecksum() {
    var session = UUID.randomUUID();
    var raw = Base64.getUrlDecoder().decode(RefreshToken.Counted.sign(session, 300, KEY).text());

    assertThat(raw).hasSize(1 + 16 + 2 + 16 + 4);
    assertThat(raw[0]).isZero();
    assertThat(Arrays.copyOfRange(raw, 17, 19)).containsExactly(0xac, 0x02);
    assertThat(Arrays.copyOfRange(raw, 35, 39))
        .isEqualTo(Arrays.copyOf(Crypto.sha256(Arrays.copyOf(raw, 35)), 4));
  }

  @Test
  void everyChangedByteIsNoticed() {
    var raw =
        Base64.getUrlDecoder().decode(RefreshToken.Counted.sign(UUID.randomUUID(), 7, KEY).text());
    for (int i = 0; i < raw.length; i++) {
      var changed = raw.clone();
      changed[i] ^= 1;
      assertThat(RefreshToken.parse(Crypto.base64Url(changed))).isEmpty();
    }
  }

  @Test
  void twelveLettersAreARowAndFewerAreNothing() {
    assertThat(RefreshToken.parse("abcdefghijkl"))
        .contains(new RefreshToken.Opaque("abcdefghijkl"));
    assertThat(RefreshToken.parse("abcdefghijk")).isEmpty();
    assertThat(RefreshToken.parse("not a token of any kind at all, really")).isEmpty();
    assertThat(RefreshToken.Opaque.random().text()).matches("[a-z2-7]{12}");
  }
}
