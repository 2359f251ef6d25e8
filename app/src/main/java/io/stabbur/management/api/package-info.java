/// What the management API answers, by subject: projects, functions, secrets. Start at
/// [ProjectsController].
@NullMarked
package io.stabbur.management.api;

import org.jspecify.annotations.NullMarked;
