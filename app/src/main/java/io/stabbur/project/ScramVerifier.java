package io.stabbur.project;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// What Postgres keeps of a password (RFC 5803), by which it is known whether it is a certain one.
///
/// @param iterations how often the password is hashed; both sides do so for each connection
/// @param storedKey the hash of the key by which a client proves that it has the password
record ScramVerifier(int iterations, String salt, String storedKey, String serverKey) {
  private static final Pattern FORM =
      Pattern.compile("SCRAM-SHA-256\\$(\\d{1,9}):([^$:]+)\\$([^$:]+):([^$:]+)");
  private static final int KEY_BITS = 256;
  private static final int SALT_BYTES = 16;

  /// What is kept; empty when it is kept in another form.
  static Optional<ScramVerifier> parse(String kept) {
    var parts = FORM.matcher(kept);
    return parts.matches()
        ? Optional.of(
            new ScramVerifier(
                Integer.parseInt(parts.group(1)), parts.group(2), parts.group(3), parts.group(4)))
        : Optional.empty();
  }

  /// A verifier of a password, with a salt of its own.
  static ScramVerifier of(Secret password, int iterations) {
    var salt = Crypto.random(SALT_BYTES);
    return of(salted(password, salt, iterations), salt, iterations);
  }

  private static ScramVerifier of(byte[] salted, byte[] salt, int iterations) {
    return new ScramVerifier(
        iterations,
        base64(salt),
        base64(Crypto.sha256(key(salted, "Client Key"))),
        base64(key(salted, "Server Key")));
  }

  /// Whether it is this password's.
  boolean isOf(Secret password) {
    var bytes = Base64.getDecoder().decode(salt);
    var expected = of(salted(password, bytes, iterations), bytes, iterations);
    return MessageDigest.isEqual(ascii(expected.storedKey), ascii(storedKey));
  }

  /// The text as `pg_authid.rolpassword` has it and `alter role … password` takes it.
  String text() {
    return "SCRAM-SHA-256$%d:%s$%s:%s".formatted(iterations, salt, storedKey, serverKey);
  }

  private static byte[] salted(Secret password, byte[] salt, int iterations) {
    var text = Normalizer.normalize(password.reveal(), Normalizer.Form.NFKC).toCharArray();
    var specification = new PBEKeySpec(text, salt, iterations, KEY_BITS);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(specification)
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } finally {
      specification.clearPassword();
    }
  }

  private static byte[] key(byte[] salted, String name) {
    return Crypto.hmacSha256(salted, ascii(name));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
