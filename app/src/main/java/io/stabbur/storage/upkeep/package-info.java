/// What looks after the stored bytes: removal of those that nobody refers to, checks, and their
/// copy for backups.
@NullMarked
package io.stabbur.storage.upkeep;

import org.jspecify.annotations.NullMarked;
