package io.stabbur.identity;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Somebody else whose tokens a project takes, under `stabbur.issuers.<name>`.
///
/// @param name what the operator calls the issuer
/// @param issuer the `iss` of its tokens
/// @param project the project that trusts it
/// @param jwksUrl where its keys are; found by OpenID Connect discovery when neither this nor
///   `secret` nor `user-url` is given
/// @param secret the secret it signs with, if that is shared with us
/// @param audience what its tokens must name
/// @param claims what our claims are called there, as `ours=theirs`; dots lead into objects
/// @param roles the database roles it may give; without a mapping of `role` everybody has the first
/// @param userUrl its `GET /auth/v1/user`, asked when a token cannot be checked here
/// @param userKey the API key to show there
/// @param userKept how long its answer about a token is believed
/// @param asksPerMinute how often it is asked at most
/// @param keysKept how long its keys are believed
@EachProperty("stabbur.issuers")
public record IssuerSettings(
    @Parameter String name,
    String issuer,
    @Bindable(defaultValue = "default") String project,
    @Nullable URI jwksUrl,
    @Nullable String secret,
    @Nullable String audience,
    @Bindable(defaultValue = "") List<String> claims,
    @Bindable(defaultValue = "authenticated") List<String> roles,
    @Nullable URI userUrl,
    @Nullable String userKey,
    @Bindable(defaultValue = "1m") Duration userKept,
    @Bindable(defaultValue = "600") int asksPerMinute,
    @Bindable(defaultValue = "10m") Duration keysKept) {

  /// Lists that nobody set are bound as one blank entry.
  public IssuerSettings {
    claims = claims.stream().filter(claim -> !claim.isBlank()).toList();
    roles = roles.stream().filter(role -> !role.isBlank()).toList();
    if (roles.isEmpty() || claims.stream().anyMatch(claim -> claim.indexOf('=') < 1)) {
      throw new IllegalArgumentException(
          "stabbur.issuers.%s needs at least one role, and claims as ours=theirs".formatted(name));
    }
  }

  /// Where each of our claims is found in a token of this issuer.
  SequencedMap<String, List<String>> mapping() {
    var mapping = new LinkedHashMap<String, List<String>>();
    for (var claim : claims) {
      var parts = claim.split("=", 2);
      mapping.put(parts[0].strip(), List.of(parts[1].strip().split("\\.", -1)));
    }
    return mapping;
  }
}
