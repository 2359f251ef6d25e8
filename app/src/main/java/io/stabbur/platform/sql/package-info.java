/// SQL as text that cannot be concatenated from input. Start at [SqlText]; static SQL longer than a
/// few lines lives in files read by [SqlFile].
@NullMarked
package io.stabbur.platform.sql;

import org.jspecify.annotations.NullMarked;
