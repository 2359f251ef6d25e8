package io.stabbur.identity;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// Where it is read whether a token still holds, under `stabbur.organizations`.
///
/// @param membershipCheck whether a token is believed until it expires, or its account, session and
///   memberships are asked for with every request
@ConfigurationProperties("stabbur.organizations")
public record TokenCheckSettings(
    @Bindable(defaultValue = "database") MembershipCheck membershipCheck) {

  /// Where it is read whether a token still holds.
  public enum MembershipCheck {
    /// In the token: a removal, a ban, a deletion and a sign-out are effective at the next token.
    CLAIMS,
    /// In the tables, in the same exchange as the query: they are effective at once.
    DATABASE
  }
}
