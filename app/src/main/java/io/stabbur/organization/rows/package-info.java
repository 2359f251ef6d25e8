/// The rows of one organization: which they are by the contract and by foreign keys, brought from
/// another database (a restored copy, or another project's), and removed. Start at
/// [OrganizationRows].
@NullMarked
package io.stabbur.organization.rows;

import org.jspecify.annotations.NullMarked;
