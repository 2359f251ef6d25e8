package io.stabbur.identity;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.Project;
import io.stabbur.project.Projects;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The issuers that projects trust besides themselves. Which one a token is of is read from its
/// `iss`; that it says the truth is then for the issuer's keys to show.
@Singleton
final class TrustedIssuers {
  private final List<TrustedIssuer> all;

  TrustedIssuers(
      List<IssuerSettings> settings,
      Projects projects,
      TokenCheckSettings check,
      List<CallerEnricher> enrichers,
      IssuerHttp http,
      Clock clock) {
    boolean asks = check.membershipCheck() == TokenCheckSettings.MembershipCheck.DATABASE;
    for (var each : settings) {
      // one that does not open now may open later
      if (!projects.configured().contains(each.project())) {
        throw new StartFailure(
            "stabbur.issuers.%s names the project %s, which there is not."
                .formatted(each.name(), each.project()));
      }
    }
    all =
        settings.stream()
            .map(
                each -> {
                  Supplier<Set<String>> rights = () -> rights(projects, each.project(), enrichers);
                  return new TrustedIssuer(each, new ClaimRights(asks, rights), http, clock);
                })
            .toList();
  }

  private static Set<String> rights(
      Projects projects, String project, List<CallerEnricher> enrichers) {
    // no project, no rights to know of: nothing may be taken for harmless then
    var open = projects.byName(project).orElseThrow();
    return enrichers.stream()
        .flatMap(room -> room.rights(open).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /// The trusted issuer of a token, if it is not the project's own.
  Optional<TrustedIssuer> of(Project project, String token) {
    if (all.isEmpty()) {
      return Optional.empty();
    }
    var issuer = issuer(token);
    return all.stream()
        .filter(each -> each.issuer().equals(issuer) && each.project().equals(project.name()))
        .findFirst();
  }

  /// Whether judging the token may take a call to somebody else.
  boolean mayAsk(String token) {
    if (all.isEmpty()) {
      return false;
    }
    var issuer = issuer(token);
    return all.stream().anyMatch(each -> each.issuer().equals(issuer) && !each.isKnown(token));
  }

  private static String issuer(String token) {
    try {
      return TokenVerifier.unverified(token).text("iss").orElse("");
    } catch (ApiException _) {
      return "";
    }
  }
}
