/// Access tokens of the management API and the log of what was done with them. Start at
/// [AccessTokens].
@NullMarked
package io.stabbur.management.token;

import org.jspecify.annotations.NullMarked;
