/// Secrets that functions get as environment variables, encrypted in the database. Start at
/// [Secrets].
@NullMarked
package io.stabbur.functions.secret;

import org.jspecify.annotations.NullMarked;
