package io.stabbur.auth.oauth;

import io.stabbur.auth.request.AuthRequest;
import java.util.Map;

/// The app's page that asks people for their consent, and where they enter the code of a device.
final class ConsentPage {
  private ConsentPage() {}

  static String of(
      OAuthServerSettings settings, AuthRequest authRequest, Map<String, String> values) {
    var path = settings.authorizationPath() == null ? "" : settings.authorizationPath();
    var site = authRequest.redirects().siteUrl().replaceAll("/+$", "");
    var page = path.isEmpty() || path.startsWith("/") ? site + path : site + '/' + path;
    return values.isEmpty() ? page : QueryText.add(page, values);
  }
}
