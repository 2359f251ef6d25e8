/// Passkeys: sign-in with what an authenticator keeps, without a password or a name. Start at
/// [PasskeySignIn] and [PasskeyRegistration].
@NullMarked
package io.stabbur.auth.passkey;

import org.jspecify.annotations.NullMarked;
