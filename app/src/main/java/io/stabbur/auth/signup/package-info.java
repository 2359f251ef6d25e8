/// New accounts. Start at [SignUp].
@NullMarked
package io.stabbur.auth.signup;

import org.jspecify.annotations.NullMarked;
