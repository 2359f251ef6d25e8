/// Grants, one-time passwords and the verification of codes. Start at [TokenController].
@NullMarked
package io.stabbur.auth.signin;

import org.jspecify.annotations.NullMarked;
