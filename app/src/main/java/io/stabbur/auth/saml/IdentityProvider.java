package io.stabbur.auth.saml;

import io.micronaut.json.tree.JsonNode;
import java.security.PublicKey;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An identity provider as its metadata and its administrator describe it.
///
/// @param id the provider's row here; accounts from it have the provider `sso:<id>`
/// @param entityId its own name
/// @param signOn where a browser goes to sign in
/// @param keys those that sign its answers
/// @param mapping which of its attributes are which of our claims
/// @param nameIdFormat the kind of name we ask for
record IdentityProvider(
    UUID id,
    String entityId,
    String signOn,
    List<PublicKey> keys,
    JsonNode mapping,
    @Nullable String nameIdFormat) {
  String providerName() {
    return "sso:" + id;
  }
}
