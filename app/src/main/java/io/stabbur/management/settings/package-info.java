/// Settings of the management API.
@NullMarked
package io.stabbur.management.settings;

import org.jspecify.annotations.NullMarked;
