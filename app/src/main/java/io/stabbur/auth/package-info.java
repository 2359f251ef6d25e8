/// The GoTrue-compatible API under `/auth/v1`: accounts, sessions, factors, providers and mail, and
/// the only place that mints tokens. Start reading at `signin.TokenController`; other rooms see
/// nothing but [io.stabbur.identity.Accounts]. Verification of tokens belongs to `identity`. The
/// packages are layers: error, request, hook, guard and password; account; session; code; mail;
/// signup; signin; then self, provider, saml, factor, application, admin and key; this package is
/// the top.
@NullMarked
@Configuration
@Requires(property = "stabbur.gateway.data-only", notEquals = "true")
package io.stabbur.auth;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
