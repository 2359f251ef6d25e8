/// Organizations of a project: made, named, handed over, suspended, and who is a member in which
/// role. Start at [OrganizationsPageController].
@NullMarked
package io.stabbur.console.organization;

import org.jspecify.annotations.NullMarked;
