/// A project: one Postgres plus its keys, its object store and its settings. Start at [Projects].
/// Everything behind the gateway receives the [Project] as a value; nothing here knows callers or
/// APIs.
@NullMarked
package io.stabbur.project;

import org.jspecify.annotations.NullMarked;
