/// Passwords: policy, hashing, and answers whose time tells nothing.
@NullMarked
package io.stabbur.auth.password;

import org.jspecify.annotations.NullMarked;
