/// WebAuthn: what a browser is asked, and whether its answer is good. Passkeys sign in with it, and
/// a second factor may be one. Start at [WebAuthn].
@NullMarked
package io.stabbur.auth.webauthn;

import org.jspecify.annotations.NullMarked;
