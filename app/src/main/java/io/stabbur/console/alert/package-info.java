/// What is wrong, and what to do about it.
@NullMarked
package io.stabbur.console.alert;

import org.jspecify.annotations.NullMarked;
