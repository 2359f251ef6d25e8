/// One login to one Postgres and what may be done with it: one exchange, or one transaction, always
/// as a named role with that role's settings. Start at [Database]. Rooms never see a SQLException.
@NullMarked
package io.stabbur.platform.db;

import org.jspecify.annotations.NullMarked;
