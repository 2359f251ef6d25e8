/// One organization brought back from a backup: tried first, then done, by two operators where the
/// settings say so.
@NullMarked
package io.stabbur.console.restore;

import org.jspecify.annotations.NullMarked;
