package io.stabbur.auth.oauth;

import io.stabbur.auth.error.AuthError;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The rules for what a client says of itself.
final class ClientFields {
  private static final int MOST_REDIRECTS = 10;
  private static final int LONGEST_NAME = 1024;
  private static final int LONGEST_ADDRESS = 2048;

  private ClientFields() {}

  static void requireRedirectUris(List<String> uris, String whenEmpty) {
    if (uris.isEmpty()) {
      throw AuthError.invalid(whenEmpty);
    }
    if (uris.size() > MOST_REDIRECTS) {
      throw AuthError.invalid("redirect_uris cannot exceed 10 items");
    }
    for (var uri : uris) {
      RedirectUri.fault(uri)
          .ifPresent(
              fault -> {
                throw AuthError.invalid("invalid redirect_uri '" + uri + "': " + fault);
              });
    }
  }

  static void requireGrantTypes(List<String> types) {
    if (types.isEmpty()) {
      throw AuthError.invalid("grant_types cannot be empty");
    }
    if (!types.stream().allMatch(type -> GrantType.of(type).isPresent())) {
      throw AuthError.invalid(
          "grant_types must only contain 'authorization_code', 'refresh_token' and/or '"
              + GrantType.DEVICE_CODE.wire()
              + "'");
    }
  }

  static String name(String name) {
    if (name.length() > LONGEST_NAME) {
      throw AuthError.invalid("client_name cannot exceed 1024 characters");
    }
    return name;
  }

  /// An address that a page may show to somebody who is asked for consent, as a link or picture.
  static String address(String field, String address) {
    if (address.isEmpty()) {
      return address;
    }
    if (address.length() > LONGEST_ADDRESS) {
      throw AuthError.invalid(field + " cannot exceed 2048 characters");
    }
    try {
      var uri = new URI(address);
      var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      if (uri.getHost() != null && Set.of("http", "https").contains(scheme)) {
        return address;
      }
    } catch (URISyntaxException _) {
      // refused below
    }
    throw AuthError.invalid(field + " must be a valid URL");
  }
}
