@NullMarked
package io.stabbur.auth.session;

import org.jspecify.annotations.NullMarked;
