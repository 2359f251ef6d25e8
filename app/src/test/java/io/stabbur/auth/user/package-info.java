@NullMarked
package io.stabbur.auth.user;

import org.jspecify.annotations.NullMarked;
