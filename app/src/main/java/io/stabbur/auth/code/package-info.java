/// One-time codes and links, what they prove, and which event ends what of an account. Start at
/// [OneTimeTokens] and [AccountEvent].
@NullMarked
package io.stabbur.auth.code;

import org.jspecify.annotations.NullMarked;
