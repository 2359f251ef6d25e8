package io.stabbur.functions.deploy;

import org.jspecify.annotations.Nullable;

/// What is known of a function without asking anybody.
///
/// @param deployment the version in use; absent where there is no such function
record Known(@Nullable Deployment deployment) {
  static final Known ABSENT = new Known(null);
}
