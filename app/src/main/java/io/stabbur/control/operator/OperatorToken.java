package io.stabbur.control.operator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;
import io.stabbur.platform.crypto.Crypto;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A token for programs, with the role that its operator has.
///
/// @param hash of its text, which its holder alone knows
@MappedEntity(value = "operator_tokens", schema = "stabbur_control")
public record OperatorToken(
    @Id UUID id,
    UUID operator,
    String name,
    String hash,
    Instant createdAt,
    Instant expiresAt,
    @Nullable Instant lastUsedAt) {
  static final String PREFIX = "sbo_";
  private static final int BYTES = 20;

  static String freshText() {
    return PREFIX + HexFormat.of().formatHex(Crypto.random(BYTES));
  }

  @Override
  public String toString() {
    return "OperatorToken[" + id + "]";
  }
}
