package io.stabbur.control.operator;

import io.stabbur.control.ControlError;
import io.stabbur.platform.crypto.Crypto;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/// Passwords of operators: argon2id with 19 MiB and two rounds, in the usual text form.
final class OperatorPassword {
  private static final int SHORTEST = 12;
  private static final int LONGEST = 256;
  private static final int MEMORY_KIB = 19 * 1024;
  private static final int ROUNDS = 2;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final Pattern FORM =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,2}),p=1\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");
  private static final String NOBODYS = hash("nobody's password");

  private OperatorPassword() {}

  /// Refuses one that is too short or too long.
  static void requireStrong(String password) {
    int length = password.codePointCount(0, password.length());
    if (length < SHORTEST || length > LONGEST) {
      throw ControlError.refused(
          ControlError.PASSWORD, "The password must have 12 to 256 characters");
    }
  }

  static String hash(String password) {
    var salt = Crypto.random(SALT_BYTES);
    var encoder = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s"
        .formatted(
            MEMORY_KIB,
            ROUNDS,
            encoder.encodeToString(salt),
            encoder.encodeToString(compute(password, salt, MEMORY_KIB, ROUNDS, HASH_BYTES)));
  }

  /// Whether the password belongs to the hash. Without one the answer is no, after the same work.
  static boolean matches(String password, @Nullable String hash) {
    var form = FORM.matcher(hash == null ? NOBODYS : hash);
    if (password.length() > LONGEST * 2 || !form.matches()) {
      return false;
    }
    var decoder = Base64.getDecoder();
    var expected = decoder.decode(form.group(4));
    var made =
        compute(
            password,
            decoder.decode(form.group(3)),
            Integer.parseInt(form.group(1)),
            Integer.parseInt(form.group(2)),
            expected.length);
    return MessageDigest.isEqual(made, expected) && hash != null;
  }

  /// One at a time: strangers must not be able to take the memory of many.
  private static synchronized byte[] compute(
      String password, byte[] salt, int memory, int rounds, int bytes) {
    var generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memory)
            .withIterations(rounds)
            .withParallelism(1)
            .withSalt(salt)
            .build());
    var out = new byte[bytes];
    generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), out);
    return out;
  }
}
