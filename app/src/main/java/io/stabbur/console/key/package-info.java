/// Keys of apps and programs: named, replaced with an overlap, revoked; shown once.
@NullMarked
package io.stabbur.console.key;

import org.jspecify.annotations.NullMarked;
