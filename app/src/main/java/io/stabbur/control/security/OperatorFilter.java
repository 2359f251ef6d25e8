package io.stabbur.control.security;

import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Filter;
import io.micronaut.security.config.SecurityConfiguration;
import io.micronaut.security.filters.AuthenticationFetcher;
import io.micronaut.security.filters.SecurityFilter;
import io.micronaut.security.rules.SecurityRule;
import java.util.Collection;

/// The framework's filter, on the operators' paths and on no others. A route without `@Secured` is
/// let through ([OpenRule]): below `/admin/v1` there are routes for the keys of projects, and `/v1`
/// asks for access tokens.
@Filter({"/admin/**", "/v1/**", "/console/**", "/metrics/**", "/alerts/**"})
@Replaces(SecurityFilter.class)
final class OperatorFilter extends SecurityFilter {
  OperatorFilter(
      Collection<SecurityRule<HttpRequest<?>>> rules,
      Collection<AuthenticationFetcher<HttpRequest<?>>> fetchers,
      SecurityConfiguration configuration) {
    super(rules, fetchers, configuration);
  }
}
