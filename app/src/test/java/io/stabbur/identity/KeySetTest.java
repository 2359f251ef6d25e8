package io.stabbur.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.config.Secret;
import io.stabbur.testing.Await;
import io.stabbur.testing.Tokens;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeySetTest {
  private static final String SECRET = "a secret of more than thirty-two bytes";
  private static final String HEADER = "{\"alg\":\"HS256\"}";

  @Test
  void longTokensTakeNoMoreMemoryThanManyShortOnes() {
    var keys = new KeySet(VerificationKey.all(Secret.of(SECRET)), new TokenRules(null));
    var clock = Clock.systemUTC();
    var more = "x".repeat(7_000);
    int fitting = KeySet.CHARACTERS_KEPT / more.length();
    for (int i = 0; i < 2 * fitting; i++) {
      var claims = "{\"sub\":\"%d\",\"user_metadata\":\"%s\"}".formatted(i, more);
      var _ = keys.verify(Tokens.signed(SECRET, HEADER, claims), clock);
    }
    Await.until(
        "room was made", Duration.ofSeconds(5), () -> keys.cache().evictions() >= fitting / 2);
    assertThat(keys.cache().hits()).isZero();
  }
}
