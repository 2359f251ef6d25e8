/// JSON trees read and written without binding. Start at [Json].
@NullMarked
package io.stabbur.platform.json;

import org.jspecify.annotations.NullMarked;
