/// What a person may ask for: everything that is kept about them as a file, and that it is erased.
/// Start at [DataRequestController].
@NullMarked
package io.stabbur.console.request;

import org.jspecify.annotations.NullMarked;
