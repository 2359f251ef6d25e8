/// Operators of the appliance: their accounts, sessions, tokens and invitations. Start at [SignIn]
/// and [OperatorAccess].
@NullMarked
package io.stabbur.control.operator;

import org.jspecify.annotations.NullMarked;
