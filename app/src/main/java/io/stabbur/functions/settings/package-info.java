/// The settings of this room.
@NullMarked
package io.stabbur.functions.settings;

import org.jspecify.annotations.NullMarked;
