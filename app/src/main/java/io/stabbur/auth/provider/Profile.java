package io.stabbur.auth.provider;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Fields;

/// Whom a provider says somebody is.
///
/// @param subject the provider's own id of the person
/// @param email "" when the provider tells none
/// @param emailVerified whether the provider vouches for the address
/// @param claims what is kept of the rest, in the names the contract gives
record Profile(String subject, String email, boolean emailVerified, JsonNode claims) {
  /// The same with a name that was told elsewhere, "" where none was.
  Profile named(String name) {
    if (name.isEmpty() || claims.get("name") != null) {
      return this;
    }
    var more = Fields.of(claims).put("name", name).put("full_name", name);
    return new Profile(subject, email, emailVerified, more.node());
  }
}
