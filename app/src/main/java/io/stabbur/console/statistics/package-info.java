/// Statistics: what was asked, drawn on the server with the numbers beside.
@NullMarked
package io.stabbur.console.statistics;

import org.jspecify.annotations.NullMarked;
