package io.stabbur.identity;

import io.stabbur.identity.TokenCheck.Factor;
import io.stabbur.identity.TokenCheck.When;
import io.stabbur.identity.TokenCheckSettings.MembershipCheck;
import io.stabbur.project.AccountCheck;
import jakarta.inject.Singleton;

/// Chooses what the database is asked about a caller's token: by the settings, by what the
/// project's database can tell, and by what the token says itself.
@Singleton
final class TokenChecks {
  private final MembershipCheck memberships;
  private final Factor factor;

  TokenChecks(TokenCheckSettings settings, GatewaySettings gateway) {
    this.memberships = settings.membershipCheck();
    this.factor = gateway.requireVerifiedFactor() ? Factor.REQUIRED : Factor.OPTIONAL;
  }

  /// The caller, checked so. API keys stand for nobody, and nothing is asked about them.
  Caller apply(Caller caller) {
    return caller.claims().id("sub").isEmpty() ? caller : caller.checkedBy(of(caller));
  }

  private TokenCheck of(Caller caller) {
    var when =
        switch (AccountCheck.of(caller.project())) {
          case NONE -> When.NEVER;
          case EVERY_REQUEST -> everyRequest(caller.claims());
          case NOTES -> byNotes(caller.claims());
        };
    return new TokenCheck(when, TokenCheck.Organization.OF_TOKEN, caller.claims().issuer(), factor);
  }

  private When everyRequest(Claims claims) {
    return byNotes(claims) == When.NEVER ? When.NEVER : When.ALWAYS;
  }

  private When byNotes(Claims claims) {
    return switch (memberships) {
      case CLAIMS ->
          factor == Factor.REQUIRED && !claims.hasSecondFactor() ? When.IF_FACTOR : When.NEVER;
      case DATABASE -> isReadEachTime(claims) ? When.ALWAYS : When.IF_CHANGED;
    };
  }

  /// Whether nothing was noted that would tell of a change: of memberships that another issuer
  /// claims, and of a program's token.
  private static boolean isReadEachTime(Claims claims) {
    return claims.knowsOrganizations()
        && (claims.issuer() == TokenCheck.Issuer.TRUSTED
            || claims.text("application_token").isPresent());
  }
}
