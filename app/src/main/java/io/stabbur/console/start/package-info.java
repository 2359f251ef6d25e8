/// The first page: whether all is well, and what needs a person.
@NullMarked
package io.stabbur.console.start;

import org.jspecify.annotations.NullMarked;
