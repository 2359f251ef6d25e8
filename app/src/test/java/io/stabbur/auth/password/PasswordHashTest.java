package io.stabbur.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
  private static final String SEVENTY_TWO =
      "123456789 123456789 123456789 123456789 123456789 123456789 123456789 12";

  @Test
  void bcryptMatchesItsOwnPasswordOnly() {
    var hash = PasswordHash.bcrypt("blåbær", 4, new SecureRandom());

    assertThat(hash.text()).startsWith("$2a$04$").hasSize(60);
    assertThat(hash.matches("blåbær")).isTrue();
    assertThat(hash.matches("blabar")).isFalse();
  }

  @Test
  void bcryptOfOtherServersIsRead() {
    // a published test vector of bcrypt: cost 6, the password "a"
    var hash = PasswordHash.parse("$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe");

    assertThat(hash).get().matches(h -> h.matches("a")).matches(h -> !h.matches("b"));
  }

  /// What the system's library makes, the JVM's confirms, and the other way round.
  @ParameterizedTest
  @ValueSource(strings = {"", "a", "blåbær", "ÿÿ\u00a3", "𝄞 passord", "nul\0 inside", SEVENTY_TWO})
  void bothImplementationsOfBcryptMakeTheSameHashes(String password) {
    var bytes = password.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20; i++) {
      var made = PasswordHash.bcrypt(password, 4, new SecureRandom()).text();
      var salt = new byte[16];
      new SecureRandom().nextBytes(salt);
      var others = OpenBSDBCrypt.generate(i % 2 == 0 ? "2b" : "2y", bytes, salt, 4);

      assertThat(OpenBSDBCrypt.checkPassword(made, bytes)).isTrue();
      assertThat(PasswordHash.parse(others)).get().matches(h -> h.matches(password));
      assertThat(PasswordHash.parse(others)).get().matches(h -> !h.matches("x" + password));
    }
  }

  @Test
  void theSystemsLibraryIsUsedWhereItIs() {
    assertThat(SystemBcrypt.hash(new byte[] {'a'}, "$2a$06$m0CrhHm10qJ3lXRY.5zDGO"))
        .isEqualTo(
            Files.exists(Path.of("/lib/x86_64-linux-gnu/libcrypt.so.1"))
                ? Optional.of("3rS2KdeeWLuGmsfGlMfOxih58VYVfxe")
                : Optional.empty());
  }

  @Test
  void onlySeventyTwoBytesCount() {
    var hash = PasswordHash.bcrypt("x".repeat(72), 4, new SecureRandom());

    assertThat(hash.matches("x".repeat(80))).isTrue();
    assertThat(hash.matches("x".repeat(71))).isFalse();
  }

  @Test
  void firebaseScryptIsRead() {
    // the sample of the algorithm's published description
    var hash =
        PasswordHash.parse(
            "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==");

    assertThat(hash).get().matches(h -> h.matches("user1password"));
    assertThat(hash).get().matches(h -> !h.matches("user2password"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$2y$15$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe",
        "$argon2id$v=19$m=262144,t=4,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$fbscrypt$v=1,n=17,r=8,p=2,ss=Bw==,sk=jxspr8Ki$42xEC+ixf3L2lw==$lSrf"
      })
  void theCostliestThatAreInUseAreRead(String text) {
    assertThat(PasswordHash.parse(text)).get().matches(hash -> hash.text().equals(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain",
        "$2a$10$short",
        "$2a$99$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe",
        "$argon2d$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        // no whole number of bytes, and fewer than Argon2 can make
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$A",
        "$argon2id$v=19$m=65536,t=2,p=1$A$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFh",
        "$fbscrypt$v=2,n=14,r=8,p=1$42xEC+ixf3L2lw==$lSrf",
        // known kinds, each check of which takes many seconds
        "$2a$16$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe",
        "$argon2id$v=19$m=262144,t=20,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$fbscrypt$v=1,n=17,r=16,p=16,ss=Bw==,sk=jxspr8Ki$42xEC+ixf3L2lw==$lSrf"
      })
  void whatIsNoHashWeCanAffordToCheckIsRefused(String text) {
    assertThat(PasswordHash.parse(text)).isEmpty();
  }
}
