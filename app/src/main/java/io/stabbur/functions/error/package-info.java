/// What callers of functions are told instead of an answer. Start at [FunctionError].
@NullMarked
package io.stabbur.functions.error;

import org.jspecify.annotations.NullMarked;
