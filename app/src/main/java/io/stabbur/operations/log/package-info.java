/// The appliance's own log, as operators read it on pages. Start at [ServerLog].
@NullMarked
package io.stabbur.operations.log;

import org.jspecify.annotations.NullMarked;
