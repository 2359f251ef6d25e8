/// Settings: secrets that do not print themselves, unknown keys that stop the start.
@NullMarked
package io.stabbur.platform.config;

import org.jspecify.annotations.NullMarked;
