/// Sessions, refresh tokens, PKCE flows and the minting of access tokens. Start at [Issuer]; who
/// sends a token is found by [Bearers]. Knows accounts, not mail or providers.
@NullMarked
package io.stabbur.auth.session;

import org.jspecify.annotations.NullMarked;
