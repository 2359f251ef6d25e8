/// The management API at `/v1` that Supabase's own command speaks, and the access tokens it asks
/// for. Calls the facade of each capability and knows no more of it. Start at
/// [io.stabbur.management.DeveloperFilter] for who is let in and at `io.stabbur.management.api` for
/// what is answered.
@NullMarked
@Configuration
@Requires(property = "stabbur.gateway.data-only", notEquals = "true")
package io.stabbur.management;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
