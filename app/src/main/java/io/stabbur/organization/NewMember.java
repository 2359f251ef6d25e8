package io.stabbur.organization;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Somebody who is to be a member.
///
/// @param password of a new account, from the platform only; without one the answer holds an
///   invitation link
record NewMember(
    String email, String role, @Nullable String password, @Nullable UUID localAssociation) {

  static NewMember of(Input input) {
    return new NewMember(
        input.email("email"),
        input.role("role").orElseThrow(() -> OrganizationError.invalid("role", "is required")),
        input.text("password").orElse(null),
        input.id("local_association_id").orElse(null));
  }

  /// The first administrator of an organisation.
  static NewMember admin(String email, @Nullable String password) {
    return new NewMember(email, "org_admin", password, null);
  }
}
