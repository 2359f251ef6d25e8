/// What is wrong with a database's tables, policies, functions and indexes, and how to mend it.
/// Start at [Advisor]. It needs a login that may read the catalog and act as the API's roles, and
/// no superuser.
@NullMarked
package io.stabbur.operations.advisor;

import org.jspecify.annotations.NullMarked;
