/// What each organization of a project uses, as metrics with a bounded number of series: start at
/// [io.stabbur.operations.usage.OrganizationUsage]. Nothing for a project whose schema has none.
@NullMarked
package io.stabbur.operations.usage;

import org.jspecify.annotations.NullMarked;
