/// Work that is begun on a page of operators and goes on when the page is closed. Start at [Runs].
@NullMarked
package io.stabbur.console.run;

import org.jspecify.annotations.NullMarked;
