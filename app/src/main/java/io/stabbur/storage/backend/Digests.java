package io.stabbur.storage.backend;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Entity tags as S3 makes them: the MD5 of the bytes, or of the parts' MD5s and their number.
public final class Digests {
  private Digests() {}

  public static MessageDigest md5() {
    return of("MD5");
  }

  /// A digest that every Java has, such as `SHA-256`.
  public static MessageDigest of(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What parts come to that were joined before.
  public static Written joinedAs(List<Part> parts) {
    return new Written(parts.stream().mapToLong(Part::size).sum(), joined(parts));
  }

  static String joined(List<Part> parts) {
    var digest = md5();
    for (var part : parts) {
      digest.update(HexFormat.of().parseHex(hash(part.etag())));
    }
    return '"' + HexFormat.of().formatHex(digest.digest()) + '-' + parts.size() + '"';
  }

  /// Without quotes, and without the number of parts.
  private static String hash(String etag) {
    return etag.replaceAll("\"|-.*", "");
  }
}
