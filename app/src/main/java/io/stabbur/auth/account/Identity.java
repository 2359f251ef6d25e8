package io.stabbur.auth.account;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Row;
import java.util.UUID;

/// One way a user may prove to be themselves: a row of `auth.identities`.
public record Identity(Row row) {
  public UUID id() {
    return row.uuid("id");
  }

  public String providerId() {
    return row.text("provider_id");
  }

  public String provider() {
    return row.text("provider");
  }

  /// Lower case, "" when the provider gave none.
  public String email() {
    return row.text("email");
  }

  /// Whether the provider vouched for the address.
  public boolean emailVerified() {
    var verified = claims().get("email_verified");
    return verified != null && verified.isBoolean() && verified.getBooleanValue();
  }

  public JsonNode claims() {
    return row.object("identity_data");
  }

  public boolean isSso() {
    return provider().startsWith("sso:");
  }

  JsonNode json() {
    return new Fields()
        .put("identity_id", row.text("id"))
        .put("id", providerId())
        .put("user_id", row.text("user_id"))
        .put("identity_data", claims())
        .put("provider", provider())
        .maybe("last_sign_in_at", row.instant("last_sign_in_at"))
        .maybe("created_at", row.instant("created_at"))
        .maybe("updated_at", row.instant("updated_at"))
        .maybe("email", email())
        .node();
  }
}
