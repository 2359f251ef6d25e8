/// A backup restored as a new project. Start at [CopyPageController].
@NullMarked
package io.stabbur.console.copy;

import org.jspecify.annotations.NullMarked;
