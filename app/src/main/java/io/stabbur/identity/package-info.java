/// Who is calling: keys and tokens verified, never minted. Start at [Gateway], which resolves the
/// project, then the key, then the token, and leaves a [Caller] for the rooms behind it.
@NullMarked
package io.stabbur.identity;

import org.jspecify.annotations.NullMarked;
