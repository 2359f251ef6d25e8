/// An organization moved out into a project of its own. Start at [MovePageController].
@NullMarked
package io.stabbur.console.move;

import org.jspecify.annotations.NullMarked;
