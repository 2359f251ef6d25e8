/// Random tokens, keyed hashes and their comparison in constant time.
@NullMarked
package io.stabbur.platform.crypto;

import org.jspecify.annotations.NullMarked;
