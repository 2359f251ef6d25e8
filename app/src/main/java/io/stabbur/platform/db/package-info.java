/// One login to one Postgres and what may be done with it: one exchange, or one transaction, always
/// as a named role with that role's settings. Start at [Database]. Nobody else catches
/// SQLException.
@NullMarked
package io.stabbur.platform.db;

import org.jspecify.annotations.NullMarked;
