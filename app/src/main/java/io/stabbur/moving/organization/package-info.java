/// One organization on its way into a project of its own. Start at [OrganizationMove].
@NullMarked
package io.stabbur.moving.organization;

import org.jspecify.annotations.NullMarked;
