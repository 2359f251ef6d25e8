@NullMarked
package io.stabbur.auth.token;

import org.jspecify.annotations.NullMarked;
