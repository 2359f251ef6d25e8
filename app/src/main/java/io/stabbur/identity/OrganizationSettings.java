package io.stabbur.identity;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/// How a request's organisation is found, under `stabbur.organizations`.
///
/// @param header the header by which a member of several organisations names the one to act in
/// @param membershipCheck whether the token's memberships are believed until it expires, or asked
///   for with every request
@ConfigurationProperties("stabbur.organizations")
public record OrganizationSettings(
    @Bindable(defaultValue = "X-Organization-Id") String header,
    @Bindable(defaultValue = "claims") MembershipCheck membershipCheck) {

  /// Where memberships are read.
  public enum MembershipCheck {
    /// From the token: a removal is effective at the next token.
    CLAIMS,
    /// From the tables, in the same exchange as the query: a removal is effective at once.
    DATABASE
  }
}
