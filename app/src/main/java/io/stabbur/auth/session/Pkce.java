package io.stabbur.auth.session;

import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.platform.crypto.Crypto;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The challenge a public client sends ahead, proved later by its verifier (RFC 7636).
public record Pkce(String challenge, Method method) {
  /// How the challenge is made from the verifier.
  public enum Method {
    S256,
    PLAIN;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

  /// Both values or neither; empty when the client uses the implicit flow.
  public static Optional<Pkce> of(String challenge, String method) {
    if (challenge.isEmpty() && method.isEmpty()) {
      return Optional.empty();
    }
    if (challenge.isEmpty() || method.isEmpty()) {
      throw AuthError.invalid(
          "PKCE flow requires code_challenge_method and code_challenge together");
    }
    if (!ALLOWED.matcher(challenge).matches()) {
      throw AuthError.invalid(
          "code_challenge needs 43 to 128 letters, digits, hyphens, periods, underscores or"
              + " tildes");
    }
    return Optional.of(new Pkce(challenge, method(method)));
  }

  public static Method method(String wire) {
    return switch (wire.toLowerCase(Locale.ROOT)) {
      case "s256" -> Method.S256;
      case "plain" -> Method.PLAIN;
      default -> throw AuthError.invalid("Invalid code_challenge_method");
    };
  }

  /// Refuses a verifier the challenge was not made from.
  public void check(String verifier) {
    if (!isProvedBy(verifier)) {
      throw AuthError.badRequest(
          AuthCode.BAD_CODE_VERIFIER,
          "code challenge does not match previously saved code verifier");
    }
  }

  public boolean isProvedBy(String verifier) {
    var expected = challenge.getBytes(StandardCharsets.UTF_8);
    var actual =
        switch (method) {
          case PLAIN -> verifier.getBytes(StandardCharsets.UTF_8);
          case S256 -> digest(verifier);
        };
    return MessageDigest.isEqual(expected, actual);
  }

  private static byte[] digest(String verifier) {
    return Crypto.base64Url(Crypto.sha256(verifier.getBytes(StandardCharsets.UTF_8)))
        .getBytes(StandardCharsets.UTF_8);
  }
}
