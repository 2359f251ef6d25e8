/// What every operation of the Auth API has in its hands: the request, its JSON body, the JSON it
/// writes, and the settings they share. Start at [AuthRequest].
@NullMarked
package io.stabbur.auth.request;

import org.jspecify.annotations.NullMarked;
