/// What belongs to the appliance and not to one of its projects, in a database of its own:
/// operators and the projects added at run time. Start at [io.stabbur.control.ControlDatabase] and
/// [io.stabbur.control.operator.SignIn]. Knows projects, but no capability.
@NullMarked
@Configuration
@Requires(property = "stabbur.gateway.data-only", notEquals = "true")
package io.stabbur.control;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
