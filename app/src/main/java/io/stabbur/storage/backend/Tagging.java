package io.stabbur.storage.backend;

import java.util.OptionalLong;

/// How the entity tag of stored bytes is made. Clients of the S3 protocol compare the tag of what
/// they sent in one request with its MD5; everybody else takes a tag as it is.
public enum Tagging {
  /// The MD5 of the bytes.
  MD5,

  /// Checksums that cost next to nothing, in the form that S3 gives to what came in parts, which
  /// nobody takes for an MD5.
  CHECKSUMS,

  /// No tag: it is known already, or made of other bytes than those that are stored.
  NONE;

  /// What is larger goes to the original's S3 store in parts of this size.
  static final long PART = 16L << 20;

  /// For a request to the Storage API.
  ///
  /// @param announced the bytes of its body
  public static Tagging of(OptionalLong announced) {
    return announced.orElse(0) > PART ? CHECKSUMS : MD5;
  }
}
