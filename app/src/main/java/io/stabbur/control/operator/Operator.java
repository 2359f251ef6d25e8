package io.stabbur.control.operator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who may work on the appliance.
///
/// @param email in lower case
/// @param password its hash; absent until the invitation is accepted
/// @param factor the secret of the second factor in base 32; absent until one is confirmed
/// @param pendingFactor the secret of one that is being enrolled
/// @param factorStep the time step of the last code that was accepted: a code counts once
@MappedEntity(value = "operators", schema = "stabbur_control")
public record Operator(
    @Id UUID id,
    String email,
    Role role,
    @Nullable String password,
    @Nullable String factor,
    @Nullable String pendingFactor,
    long factorStep,
    Instant createdAt,
    @Nullable Instant lastSignInAt) {

  @Override
  public String toString() {
    return "Operator[" + id + "]";
  }
}
