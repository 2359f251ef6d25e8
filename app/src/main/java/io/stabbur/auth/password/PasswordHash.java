package io.stabbur.auth.password;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// A stored password in one of the shapes that move between servers. New ones are always bcrypt;
/// argon2 and Firebase's scrypt are read so that users can be brought along.
public sealed interface PasswordHash {
  /// Longer passwords would be cut silently by bcrypt.
  int LONGEST = 72;

  boolean matches(String password);

  /// Empty for a text that is no hash this server can check, or one whose check would take more
  /// than about three seconds of a processor: each sign-in orders one.
  static Optional<PasswordHash> parse(String text) {
    if (text.startsWith("$2")) {
      return BCRYPT.matcher(text).matches() ? Optional.of(new Bcrypt(text)) : Optional.empty();
    }
    if (text.startsWith("$argon2")) {
      return Argon2.read(text);
    }
    return text.startsWith("$fbscrypt$") ? FirebaseScrypt.read(text) : Optional.empty();
  }

  static PasswordHash bcrypt(String password, int cost, SecureRandom random) {
    var bytes = cut(password);
    var salt = new byte[16];
    random.nextBytes(salt);
    var setting = "$2a$%02d$%s".formatted(cost, Bcrypt.salt(salt));
    return new Bcrypt(
        SystemBcrypt.hash(bytes, setting)
            .map(setting::concat)
            .orElseGet(() -> OpenBSDBCrypt.generate("2a", bytes, salt, cost)));
  }

  /// Bcrypt's own least.
  int LEAST_COST = 4;

  /// Each one more doubles the time.
  int MOST_COST = 15;

  /// From [#LEAST_COST] to [#MOST_COST].
  Pattern BCRYPT = Pattern.compile("\\$2[aby]\\$(0[4-9]|1[0-5])\\$[./A-Za-z0-9]{53}");

  /// The hash itself, as it is stored.
  String text();

  record Bcrypt(String text) implements PasswordHash {
    /// The kind, the cost and the salt: the rest is the hash.
    private static final int SETTING = 29;

    private static final String ALPHABET =
        "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// 16 bytes as 22 characters, six bits each from the highest, as bcrypt writes them.
    private static String salt(byte[] bytes) {
      var text = new StringBuilder(22);
      for (int bit = 0; bit < 128; bit += 6) {
        int next = bit / 8 < 15 ? bytes[bit / 8 + 1] & 0xff : 0;
        int two = ((bytes[bit / 8] & 0xff) << 8) | next;
        text.append(ALPHABET.charAt((two >> (10 - bit % 8)) & 0x3f));
      }
      return text.toString();
    }

    private static byte[] ascii(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public boolean matches(String password) {
      var bytes = cut(password);
      return SystemBcrypt.hash(bytes, text.substring(0, SETTING))
          .map(made -> MessageDigest.isEqual(ascii(text.substring(SETTING)), ascii(made)))
          .orElseGet(() -> OpenBSDBCrypt.checkPassword(text, bytes));
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Argon2(String text, Argon2Parameters parameters, byte[] hash) implements PasswordHash {
    /// RFC 9106, 3.1.
    private static final int LEAST_BYTES = 4;

    /// Of memory in KiB times rounds.
    private static final int MOST_WORK = 1 << 20;

    private static final Pattern SHAPE =
        Pattern.compile(
            "\\$argon2(?<kind>id|i)\\$v=19\\$m=(?<memory>[0-9]{1,7}),t=(?<rounds>[0-9]{1,2}),"
                + "p=(?<lanes>[0-9]{1,2})\\$(?<salt>[A-Za-z0-9+/]+)\\$(?<hash>[A-Za-z0-9+/]+)");

    static Optional<PasswordHash> read(String text) {
      var parts = SHAPE.matcher(text);
      if (!parts.matches()) {
        return Optional.empty();
      }
      int memory = Integer.parseInt(parts.group("memory"));
      int rounds = Integer.parseInt(parts.group("rounds"));
      int lanes = Integer.parseInt(parts.group("lanes"));
      // an imported hash must not be able to order a gigabyte of memory for each sign-in
      if (memory > 262_144 || rounds < 1 || rounds > 20 || lanes < 1 || lanes > 16) {
        return Optional.empty();
      }
      if (memory * rounds > MOST_WORK) {
        return Optional.empty();
      }
      var salt = decoded(parts.group("salt"));
      var hash = decoded(parts.group("hash"));
      if (salt.isEmpty() || hash.isEmpty() || hash.get().length < LEAST_BYTES) {
        return Optional.empty();
      }
      boolean hybrid = parts.group("kind").equals("id");
      var parameters =
          new Argon2Parameters.Builder(
                  hybrid ? Argon2Parameters.ARGON2_id : Argon2Parameters.ARGON2_i)
              .withVersion(Argon2Parameters.ARGON2_VERSION_13)
              .withMemoryAsKB(memory)
              .withIterations(rounds)
              .withParallelism(lanes)
              .withSalt(salt.get())
              .build();
      return Optional.of(new Argon2(text, parameters, hash.get()));
    }

    private static Optional<byte[]> decoded(String base64) {
      try {
        return Optional.of(Base64.getDecoder().decode(base64));
      } catch (IllegalArgumentException _) {
        return Optional.empty();
      }
    }

    @Override
    public boolean matches(String password) {
      var generator = new Argon2BytesGenerator();
      generator.init(parameters);
      var made = new byte[hash.length];
      generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), made);
      return MessageDigest.isEqual(made, hash);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record FirebaseScrypt(
      String text, int memory, int rounds, int lanes, byte[] salt, byte[] signer, byte[] hash)
      implements PasswordHash {
    /// Of 2^n times r times p.
    private static final int MOST_WORK = 1 << 21;

    private static final Pattern SHAPE =
        Pattern.compile(
            "\\$fbscrypt\\$v=1,n=(?<memory>[0-9]{1,2}),r=(?<rounds>[0-9]{1,2}),p=(?<lanes>[0-9]{1,2})"
                + "(?:,ss=(?<separator>[^,$]+))?(?:,sk=(?<signer>[^$]+))?"
                + "\\$(?<salt>[^$]+)\\$(?<hash>.+)");

    static Optional<PasswordHash> read(String text) {
      var parts = SHAPE.matcher(text);
      if (!parts.matches()) {
        return Optional.empty();
      }
      int memory = Integer.parseInt(parts.group("memory"));
      int rounds = Integer.parseInt(parts.group("rounds"));
      int lanes = Integer.parseInt(parts.group("lanes"));
      if (memory < 1 || memory > 17 || rounds < 1 || rounds > 16 || lanes < 1 || lanes > 16) {
        return Optional.empty();
      }
      if ((1 << memory) * rounds * lanes > MOST_WORK) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            new FirebaseScrypt(
                text,
                1 << memory,
                rounds,
                lanes,
                concat(decode(parts.group("salt")), decode(parts.group("separator"))),
                decode(parts.group("signer")),
                decode(parts.group("hash"))));
      } catch (IllegalArgumentException _) {
        return Optional.empty();
      }
    }

    @Override
    public boolean matches(String password) {
      var key =
          SCrypt.generate(
              password.getBytes(StandardCharsets.UTF_8), salt, memory, rounds, lanes, 32);
      try {
        var cipher = Cipher.getInstance("AES/CTR/NoPadding");
        cipher.init(
            Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
        return MessageDigest.isEqual(cipher.doFinal(signer), hash);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private static byte[] decode(@org.jspecify.annotations.Nullable String text) {
      return text == null ? new byte[0] : Base64.getDecoder().decode(text);
    }

    private static byte[] concat(byte[] first, byte[] second) {
      var both = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, both, first.length, second.length);
      return both;
    }
  }

  private static byte[] cut(String password) {
    var bytes = password.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= LONGEST ? bytes : Arrays.copyOf(bytes, LONGEST);
  }
}
