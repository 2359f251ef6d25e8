package io.stabbur.auth;

import io.stabbur.identity.RouteRule;
import io.stabbur.identity.RouteRule.Access;
import io.stabbur.identity.RouteRule.Body;
import io.stabbur.identity.RouteRule.Expiry;
import io.stabbur.identity.RouteRule.Organization;
import io.stabbur.identity.RouteRule.Tokens;
import io.stabbur.identity.RouteRules;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/// Accounts are kept here, so an issuer that is trusted with rows is not trusted with passwords:
/// only tokens of the project itself count.
@Singleton
final class AuthRoutes implements RouteRules {
  private static final RouteRule API =
      RouteRule.under("/auth/v1")
          .with(Tokens.OWN)
          .with(Body.COUNTED)
          .with(Organization.IGNORED)
          .with(Expiry.EXACT);

  /// Calls that are made to get a session, or that need none.
  private static final List<String> BEFORE_A_SESSION =
      List.of(
          "/health",
          "/settings",
          "/signup",
          "/token",
          "/otp",
          "/magiclink",
          "/recover",
          "/resend",
          "/sso",
          "/passkeys/authentication");

  /// Calls of programs of others, which know no key of the project and bring what proves them
  /// along.
  private static final List<String> OF_CLIENTS =
      List.of(
          "/oauth/authorize",
          "/oauth/token",
          "/oauth/revoke",
          "/oauth/clients/register",
          "/oauth/device_authorization");

  /// Addresses that mails, browsers and identity providers follow, without a key.
  private static final List<String> FOLLOWED =
      List.of("/verify", "/callback", "/authorize", "/.well-known", "/sso/saml");

  @Override
  public List<RouteRule> routes() {
    var lenient = API.with(Tokens.OWN_IF_VALID);
    var followed = lenient.with(Access.OPTIONAL);
    var top = RouteRule.under("").with(Access.OPTIONAL);
    return Stream.of(
            Stream.of(API, top.at("/.well-known"), top.at("/sso/saml")),
            BEFORE_A_SESSION.stream().map(lenient::at),
            FOLLOWED.stream().map(followed::at),
            OF_CLIENTS.stream().map(API.with(Access.OPTIONAL).with(Tokens.IGNORED)::at),
            Stream.of(API.with(Access.OPTIONAL).at("/oauth/userinfo")))
        .flatMap(rules -> rules)
        .toList();
  }
}
