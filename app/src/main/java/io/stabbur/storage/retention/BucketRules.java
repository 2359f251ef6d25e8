package io.stabbur.storage.retention;

import org.jspecify.annotations.Nullable;

/// One bucket's rules.
///
/// @param checkTypes files must begin as their media type does
/// @param deleteAfterDays days after which a file is removed, counted from when it was stored; null
///   keeps files
/// @param legalHold nothing is removed, replaced or moved
record BucketRules(boolean checkTypes, @Nullable Integer deleteAfterDays, boolean legalHold) {
  static final BucketRules NONE = new BucketRules(false, null, false);
}
