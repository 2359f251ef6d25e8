@NullMarked
package io.stabbur.auth.factor;

import org.jspecify.annotations.NullMarked;
