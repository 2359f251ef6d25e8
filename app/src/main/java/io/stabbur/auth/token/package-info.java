/// Grants, sessions, refresh tokens and the minting of access tokens. Start at [TokenController].
/// Knows users, not mail or providers.
@NullMarked
package io.stabbur.auth.token;

import org.jspecify.annotations.NullMarked;
