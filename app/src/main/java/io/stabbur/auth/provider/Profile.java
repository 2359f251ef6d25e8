package io.stabbur.auth.provider;

import io.micronaut.json.tree.JsonNode;

/// Whom a provider says somebody is.
///
/// @param subject the provider's own id of the person
/// @param email "" when the provider tells none
/// @param emailVerified whether the provider vouches for the address
/// @param claims what is kept of the rest, in the names the contract gives
record Profile(String subject, String email, boolean emailVerified, JsonNode claims) {}
