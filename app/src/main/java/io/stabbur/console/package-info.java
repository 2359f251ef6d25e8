/// The operators' pages below `/console`: written on the server, without scripts. Start at
/// [io.stabbur.console.page.Pages]; each other package is one page or a few, and its templates are
/// in `src/main/jte`. Uses the same facades as the operators' API.
@NullMarked
@Configuration
@Requires(property = "stabbur.gateway.data-only", notEquals = "true")
package io.stabbur.console;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
