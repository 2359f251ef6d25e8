package io.stabbur.control.operator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import java.time.Instant;
import java.util.UUID;

/// A session of an operator. The cookie or Bearer token that names it is signed; it counts as long
/// as this row is there.
///
/// @param csrf what a page must send along with each change
@MappedEntity(value = "operator_sessions", schema = "stabbur_control")
record OperatorSession(
    @Id UUID id, UUID operator, String csrf, Instant createdAt, Instant expiresAt) {
  @Override
  public String toString() {
    return "OperatorSession[" + id + "]";
  }
}
