/// Looks at what is kept about people, written to the operators' journal. Start at [PersonLooks].
@NullMarked
package io.stabbur.console.look;

import org.jspecify.annotations.NullMarked;
