/// The settings that count, and the version.
@NullMarked
package io.stabbur.console.settings;

import org.jspecify.annotations.NullMarked;
