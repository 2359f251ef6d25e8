package io.stabbur.auth.application;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Row;
import io.stabbur.platform.crypto.Crypto;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A program's token as it is kept: everything but its text.
record ApplicationToken(
    UUID id,
    String name,
    UUID organization,
    String role,
    Instant createdAt,
    Instant expiresAt,
    @Nullable Instant revokedAt,
    @Nullable Instant lastUsedAt,
    boolean isAsleep) {
  private static final String PREFIX = "sb_app_";

  /// The text of a new token: 256 random bits behind a name that secret scanners can look for.
  static String freshText() {
    return PREFIX + Crypto.randomText(32);
  }

  static String hash(String text) {
    return Crypto.sha256Hex(text);
  }

  static ApplicationToken of(Row row) {
    return new ApplicationToken(
        row.uuid("id"),
        row.text("name"),
        row.uuid("organization_id"),
        row.text("role"),
        Optional.ofNullable(row.instant("created_at")).orElse(Instant.EPOCH),
        Optional.ofNullable(row.instant("expires_at")).orElse(Instant.EPOCH),
        row.instant("revoked_at"),
        row.instant("last_used_at"),
        row.flag("asleep"));
  }

  Fields fields() {
    return new Fields()
        .put("id", id.toString())
        .put("name", name)
        .put("organization_id", organization.toString())
        .put("role", role)
        .put("created_at", createdAt.toString())
        .put("expires_at", expiresAt.toString())
        .maybe("revoked_at", revokedAt)
        .maybe("last_used_at", lastUsedAt)
        .put("asleep", isAsleep);
  }

  /// What the project's hook and the audit log are told of it.
  JsonNode described() {
    return new Fields()
        .put("id", id.toString())
        .put("name", name)
        .put("organization_id", organization.toString())
        .put("role", role)
        .node();
  }
}
