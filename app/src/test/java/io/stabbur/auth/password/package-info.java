@NullMarked
package io.stabbur.auth.password;

import org.jspecify.annotations.NullMarked;
