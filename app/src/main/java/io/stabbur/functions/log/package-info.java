/// What functions write, and one line for each request. Start at [FunctionLog].
@NullMarked
package io.stabbur.functions.log;

import org.jspecify.annotations.NullMarked;
