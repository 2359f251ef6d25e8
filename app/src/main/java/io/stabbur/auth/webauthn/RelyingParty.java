package io.stabbur.auth.webauthn;

import io.stabbur.auth.request.AuthRequest;
import java.net.URI;
import java.util.List;

/// The site that credentials are for.
record RelyingParty(String id, String name, List<String> origins) {
  static RelyingParty of(WebAuthnSettings settings, AuthRequest authRequest) {
    var site = URI.create(authRequest.redirects().siteUrl());
    var id = settings.rpId() == null ? String.valueOf(site.getHost()) : settings.rpId();
    var port = site.getPort() < 0 ? "" : ":" + site.getPort();
    return new RelyingParty(
        id,
        settings.rpName() == null ? id : settings.rpName(),
        settings.rpOrigins() == null
            ? List.of(site.getScheme() + "://" + site.getHost() + port)
            : settings.rpOrigins());
  }
}
