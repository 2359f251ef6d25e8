/// Edge functions at `/functions/v1`: deployments, secrets, and a supervisor that runs each
/// function in Deno processes of its own. Start at [io.stabbur.functions.http.Invocations] for the
/// way of a request and at [io.stabbur.functions.supervise.Supervisor] for processes.
@org.jspecify.annotations.NullMarked
package io.stabbur.functions;
