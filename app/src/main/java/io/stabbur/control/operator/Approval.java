package io.stabbur.control.operator;

import io.micronaut.data.annotation.GeneratedValue;
import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What an operator wants done, which waits for another one.
///
/// @param act such as `erase`
/// @param subject whom it is about, by id
@MappedEntity(value = "approvals", schema = "stabbur_control")
public record Approval(
    @Id @GeneratedValue @Nullable Long id,
    String project,
    String act,
    String subject,
    UUID operator,
    String operatorName,
    Instant askedAt) {
  /// Whether this operator asked.
  public boolean isOf(SignedIn signedIn) {
    return operator.equals(signedIn.operator());
  }
}
