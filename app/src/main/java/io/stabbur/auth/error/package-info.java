/// What the Auth API may refuse with. The renderer is [io.stabbur.auth.AuthErrorRenderer].
@NullMarked
package io.stabbur.auth.error;

import org.jspecify.annotations.NullMarked;
