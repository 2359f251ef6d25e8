/// What stands before calls that strangers make: rate limits by client address, and the captcha.
@NullMarked
package io.stabbur.auth.guard;

import org.jspecify.annotations.NullMarked;
