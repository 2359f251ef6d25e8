package io.stabbur.auth.account;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A second factor: a row of `auth.mfa_factors`.
public record Factor(Row row) {
  public UUID id() {
    return row.uuid("id");
  }

  public UUID userId() {
    return row.uuid("user_id");
  }

  public String name() {
    return row.text("friendly_name");
  }

  public FactorType type() {
    return FactorType.of(row.text("factor_type")).orElseThrow();
  }

  public String phone() {
    return row.text("phone");
  }

  public String secret() {
    return row.text("secret");
  }

  /// The credential of a WebAuthn factor, as it is stored; empty for others.
  public JsonNode credential() {
    return row.object("web_authn_credential");
  }

  public boolean verified() {
    return row.text("status").equals("verified");
  }

  public @Nullable Instant createdAt() {
    return row.instant("created_at");
  }

  public @Nullable Instant lastChallengedAt() {
    return row.instant("last_challenged_at");
  }

  public JsonNode json() {
    return new Fields()
        .put("id", row.text("id"))
        .maybe("created_at", createdAt())
        .maybe("updated_at", row.instant("updated_at"))
        .put("status", row.text("status"))
        .maybe("friendly_name", name())
        .put("factor_type", row.text("factor_type"))
        .put("phone", phone())
        .put("last_challenged_at", time(lastChallengedAt()))
        .node();
  }

  // wire: always there, unlike other times
  private static JsonNode time(@Nullable Instant at) {
    return at == null ? JsonNode.nullNode() : JsonNode.createStringNode(at.toString());
  }
}
