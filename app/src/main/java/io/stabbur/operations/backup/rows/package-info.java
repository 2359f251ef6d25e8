/// The rows of one organization, brought from a restored copy of a database into the running one.
/// Start at [OrganizationRows]. It knows nothing of repositories: whoever restores the copy is the
/// package above.
@NullMarked
package io.stabbur.operations.backup.rows;

import org.jspecify.annotations.NullMarked;
