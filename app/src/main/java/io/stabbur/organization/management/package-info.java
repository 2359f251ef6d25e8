/// Running organisations: making them and their members, exporting and erasing a person, rotating
/// the keys of personal data, keeping the audit log and the statistics. Start at [Organizations].
/// Rights are those of the caller in Postgres. Must not look inside a capability.
@NullMarked
@Configuration
@Requires(property = "stabbur.gateway.data-only", notEquals = "true")
package io.stabbur.organization.management;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
