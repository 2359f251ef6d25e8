/// Backups: what there is, making one, proving that they can be restored.
@NullMarked
package io.stabbur.console.backup;

import org.jspecify.annotations.NullMarked;
