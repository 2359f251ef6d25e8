/// The log of requests, kept in each project's database: start at
/// [io.stabbur.operations.request.RequestLog] for how lines get there and at
/// [io.stabbur.operations.request.RequestsController] for what is asked of it.
@NullMarked
package io.stabbur.operations.request;

import org.jspecify.annotations.NullMarked;
