/// Sign-in through others: OAuth and OpenID Connect providers, their callback and id tokens.
@NullMarked
package io.stabbur.auth.provider;

import org.jspecify.annotations.NullMarked;
