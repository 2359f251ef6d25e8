/// Traces of requests, in the terms of OpenTelemetry. Start at [Traces], which every room may ask;
/// [OpenTelemetrySpans] is the only type that knows the SDK, and is loaded only where traces are
/// switched on.
@NullMarked
package io.stabbur.platform.trace;

import org.jspecify.annotations.NullMarked;
