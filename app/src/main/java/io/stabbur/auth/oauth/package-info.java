/// The project as an OAuth 2.1 authorization server and OpenID provider: programs of others sign
/// people in through their accounts here, after they consented. Start at [OAuthController]; what a
/// program is registered as is an [OAuthClient], what somebody was asked is an [Authorization].
@NullMarked
package io.stabbur.auth.oauth;

import org.jspecify.annotations.NullMarked;
