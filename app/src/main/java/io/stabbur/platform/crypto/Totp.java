package io.stabbur.platform.crypto;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Time-based one-time passwords (RFC 6238) as authenticator apps make them: SHA-1, six digits, a
/// new one every 30 seconds.
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Totp(byte[] key) {
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int STEP = 30;
  private static final int SKEW = 1;

  public static Totp random(SecureRandom random) {
    var key = new byte[20];
    random.nextBytes(key);
    return new Totp(key);
  }

  /// The secret as authenticator apps show it; refuses what is not base 32.
  public static Totp of(String secret) {
    var bytes = ByteBuffer.allocate(secret.length() * 5 / 8);
    int bits = 0;
    int held = 0;
    for (char letter : secret.replace("=", "").toUpperCase(java.util.Locale.ROOT).toCharArray()) {
      int value = BASE32.indexOf(letter);
      if (value < 0) {
        throw new IllegalArgumentException("not base 32");
      }
      bits = bits << 5 | value;
      held += 5;
      if (held >= 8) {
        held -= 8;
        bytes.put((byte) (bits >> held));
        bits &= (1 << held) - 1;
      }
    }
    return new Totp(java.util.Arrays.copyOf(bytes.array(), bytes.position()));
  }

  public String secret() {
    var text = new StringBuilder();
    int bits = 0;
    int held = 0;
    for (byte next : key) {
      bits = bits << 8 | (next & 0xff);
      held += 8;
      while (held >= 5) {
        held -= 5;
        text.append(BASE32.charAt((bits >> held) & 31));
      }
      bits &= (1 << held) - 1;
    }
    if (held > 0) {
      text.append(BASE32.charAt((bits << (5 - held)) & 31));
    }
    return text.toString();
  }

  /// The address an authenticator app reads from the picture.
  public String uri(String issuer, String account) {
    return "otpauth://totp/%s:%s?algorithm=SHA1&digits=6&issuer=%s&period=30&secret=%s"
        .formatted(escape(issuer), escape(account), escape(issuer), secret());
  }

  /// The step the code belongs to, or -1: one step before and after now are accepted.
  public long matches(String code, Instant now) {
    long step = now.getEpochSecond() / STEP;
    long found = -1;
    for (long tried = step - SKEW; tried <= step + SKEW; tried++) {
      var expected = at(tried).getBytes(StandardCharsets.UTF_8);
      if (MessageDigest.isEqual(expected, code.getBytes(StandardCharsets.UTF_8))) {
        found = tried;
      }
    }
    return found;
  }

  public String code(Instant now) {
    return at(now.getEpochSecond() / STEP);
  }

  private String at(long step) {
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(key, "HmacSHA1"));
      var hash = mac.doFinal(ByteBuffer.allocate(8).putLong(step).array());
      int offset = hash[hash.length - 1] & 0xf;
      int number = ByteBuffer.wrap(hash, offset, 4).getInt() & 0x7fffffff;
      return "%06d".formatted(number % 1_000_000);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String escape(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
