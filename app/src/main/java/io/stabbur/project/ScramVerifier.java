package io.stabbur.project;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// What Postgres keeps of a password (RFC 5803), by which it is known whether it is a certain one.
final class ScramVerifier {
  private static final Pattern FORM =
      Pattern.compile("SCRAM-SHA-256\\$(\\d{1,9}):([^$:]+)\\$([^$:]+):[^$:]+");
  private static final int KEY_BITS = 256;

  private ScramVerifier() {}

  /// Whether what is kept is of this password; no when it is kept in another form.
  static boolean isOf(String kept, Secret password) {
    var parts = FORM.matcher(kept);
    if (!parts.matches()) {
      return false;
    }
    var text = Normalizer.normalize(password.reveal(), Normalizer.Form.NFKC).toCharArray();
    var salt = Base64.getDecoder().decode(parts.group(2));
    var specification = new PBEKeySpec(text, salt, Integer.parseInt(parts.group(1)), KEY_BITS);
    try {
      var salted =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
              .generateSecret(specification)
              .getEncoded();
      var client = Crypto.hmacSha256(salted, "Client Key".getBytes(StandardCharsets.US_ASCII));
      return MessageDigest.isEqual(
          Crypto.sha256(client), Base64.getDecoder().decode(parts.group(3)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } finally {
      specification.clearPassword();
    }
  }
}
