/// Mail: the settings, and a test.
@NullMarked
package io.stabbur.console.mail;

import org.jspecify.annotations.NullMarked;
