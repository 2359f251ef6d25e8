/// Edge functions at `/functions/v1`: deployments, secrets, and a supervisor that runs each
/// function in Deno processes of its own. Start at [io.stabbur.functions.http.Invocations] for the
/// way of a request and at [io.stabbur.functions.supervise.Supervisor] for processes.
@NullMarked
@Configuration
@Requires(property = "stabbur.gateway.data-only", notEquals = "true")
package io.stabbur.functions;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
