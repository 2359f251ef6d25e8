package io.stabbur.identity;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The gateway's settings, under `stabbur.gateway`.
///
/// @param requireApiKey whether the APIs that ask for a key refuse a request without one
/// @param bodyLimit most bytes of a body that is held in memory; streamed files have limits of
///   their own
/// @param anonRole the role of a caller without a token; none means such a caller is refused
/// @param corsOrigins origins allowed to call from a browser; none allows all
/// @param accessLog whether each request is written to the log `access`
/// @param audience what a token that names an audience must name
/// @param roleClaim where a token names the database role: a JSONPath query
/// @param dataOnly whether nothing but the data API answers
/// @param requireVerifiedFactor whether an account with a verified second factor reads and writes
///   rows and files in sessions that were strengthened by it only
@ConfigurationProperties("stabbur.gateway")
public record GatewaySettings(
    @Bindable(defaultValue = "true") boolean requireApiKey,
    @Bindable(defaultValue = "10485760") long bodyLimit,
    @Bindable(defaultValue = "anon") String anonRole,
    @Bindable(defaultValue = "") List<String> corsOrigins,
    @Bindable(defaultValue = "true") boolean accessLog,
    @Nullable String audience,
    @Bindable(defaultValue = "$.role") String roleClaim,
    @Bindable(defaultValue = "false") boolean dataOnly,
    @Bindable(defaultValue = "false") boolean requireVerifiedFactor) {

  /// A list that nobody set is bound as one blank entry.
  public GatewaySettings {
    corsOrigins = corsOrigins.stream().filter(origin -> !origin.isBlank()).toList();
  }
}
