package io.stabbur.identity;

import io.micronaut.http.context.ServerRequestContext;
import io.stabbur.platform.http.Networks;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.platform.share.Share;
import io.stabbur.platform.share.Share.Lane;

/// The share of a caller: a user shares by id with the other members of the organisation in the
/// token; everybody else by network address with those of the same kind.
final class Shares {
  private Shares() {}

  static Share of(String role, Claims claims, boolean authenticated, String network) {
    if (role.equals(Caller.SERVICE_ROLE)) {
      return Share.of(Lane.SERVICE, network);
    }
    if (!authenticated) {
      return Share.of(Lane.ANONYMOUS, network);
    }
    var user = claims.text("sub").orElse(network);
    return claims
        .text("organization_id")
        .map(organization -> Share.ofMember(organization, user))
        .orElseGet(() -> Share.of(Lane.USER, user));
  }

  /// The share of the caller whose request this thread works for; the appliance's outside of
  /// requests.
  static Share current() {
    return ServerRequestContext.currentRequest()
        .flatMap(request -> RequestContext.of(request).get(Caller.class))
        .map(Caller::share)
        .orElse(Share.APPLIANCE);
  }

  /// The network of a client; "" when its address is unknown.
  static String network(String address) {
    return address.isEmpty() ? "" : Networks.of(address, Networks.CLIENT);
  }
}
