/// Signing in and out, invitations, the second factor.
@NullMarked
package io.stabbur.console.account;

import org.jspecify.annotations.NullMarked;
