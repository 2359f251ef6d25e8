/// Tests of sign-in through others that need no server.
@NullMarked
package io.stabbur.auth.provider;

import org.jspecify.annotations.NullMarked;
