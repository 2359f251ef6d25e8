package io.stabbur.auth.passkey;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.Row;
import io.stabbur.auth.webauthn.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `auth.webauthn_credentials`.
record Passkey(Row row) {
  UUID id() {
    return row.uuid("id");
  }

  UUID userId() {
    return row.uuid("user_id");
  }

  PublicKey key() {
    var aaguid = row.maybeUuid("aaguid");
    return new PublicKey(
        row.text("credential"),
        row.text("cose"),
        aaguid == null ? new UUID(0, 0) : aaguid,
        row.number("sign_count"),
        transports(row.json().get("transports")),
        row.flag("backup_eligible"),
        row.flag("backed_up"));
  }

  private static List<String> transports(@Nullable JsonNode stored) {
    var transports = new ArrayList<String>();
    if (stored != null && stored.isArray()) {
      stored.values().forEach(each -> transports.add(each.coerceStringValue()));
    }
    return transports;
  }

  /// As the wire shows it.
  JsonNode json() {
    return new Fields()
        .put("id", id().toString())
        .maybe("friendly_name", row.text("friendly_name"))
        .maybe("created_at", row.instant("created_at"))
        .maybe("last_used_at", row.instant("last_used_at"))
        .node();
  }
}
