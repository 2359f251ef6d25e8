/// Organizations, their members and roles, the organization a request acts in, and the keys of
/// personal data. Which tables and roles there are is for a project's schema to say, in the
/// contract that `app/docs/organizations.md` explains: start at [OrganizationSchema]. In a project
/// whose schema names no contract this room does nothing. What operators and administrators do is
/// in [io.stabbur.organization.management].
@NullMarked
package io.stabbur.organization;

import org.jspecify.annotations.NullMarked;
