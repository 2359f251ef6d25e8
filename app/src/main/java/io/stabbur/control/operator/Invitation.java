package io.stabbur.control.operator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A link with which an operator sets a password, once.
///
/// @param hash of the code in the link
/// @param operator absent in the invitation of the first owner, who brings the address along
@MappedEntity(value = "operator_invitations", schema = "stabbur_control")
record Invitation(@Id String hash, @Nullable UUID operator, Instant expiresAt) {
  @Override
  public String toString() {
    return "Invitation[" + operator + "]";
  }
}
