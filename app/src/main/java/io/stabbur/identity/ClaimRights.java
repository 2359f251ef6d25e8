package io.stabbur.identity;

import java.util.Set;
import java.util.function.Supplier;

/// Which claims of a trusted issuer's token would grant rights here.
///
/// @param asksForMemberships whether the database is going to be asked which organizations the
///   person is in
/// @param ofRooms the claims that rooms decide by, as they are now
record ClaimRights(boolean asksForMemberships, Supplier<Set<String>> ofRooms) {
  private static final Set<String> OF_IDENTITY =
      Set.of("role", "organizations", "application_token");

  boolean contains(String claim) {
    return OF_IDENTITY.contains(claim) || ofRooms.get().contains(claim);
  }
}
