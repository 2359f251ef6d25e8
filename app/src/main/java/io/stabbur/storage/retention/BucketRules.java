package io.stabbur.storage.retention;

import io.stabbur.storage.Encryption;
import org.jspecify.annotations.Nullable;

/// One bucket's rules.
///
/// @param checkTypes files must begin as their media type does
/// @param deleteAfterDays days after which a file is removed, counted from when it was stored; null
///   keeps files
/// @param legalHold nothing is removed, replaced or moved
/// @param encrypt how new files are stored; null in a request leaves it as it is, so that whoever
///   changes another rule does not end encryption by leaving it out
/// @param plainRefusals refused reads are answered with HTTP 403
record BucketRules(
    boolean checkTypes,
    @Nullable Integer deleteAfterDays,
    boolean legalHold,
    @Nullable Encryption encrypt,
    boolean plainRefusals) {
  static final BucketRules NONE = new BucketRules(false, null, false, Encryption.OFF, false);
}
