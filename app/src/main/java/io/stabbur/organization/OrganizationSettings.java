package io.stabbur.organization;

import io.micronaut.context.annotation.ConfigurationProperties;
import org.jspecify.annotations.Nullable;

/// How a request's organization is found, under `stabbur.organizations`.
///
/// @param header the header by which a member of several organizations names the one to act in;
///   null for the one that the project's schema names
@ConfigurationProperties("stabbur.organizations")
public record OrganizationSettings(@Nullable String header) {}
