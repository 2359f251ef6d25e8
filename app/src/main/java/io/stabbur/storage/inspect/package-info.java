/// What a file turns out to be before its row makes it live: its type by its first bytes, and
/// whether a virus scanner lets it pass. Start at [Inspector]; knows no rows and no callers.
@NullMarked
package io.stabbur.storage.inspect;

import org.jspecify.annotations.NullMarked;
