/// Background work of a project. Start at [Chores]: one scheduler for all periodic and
/// NOTIFY-driven work of every room. Imports only `platform`.
@NullMarked
package io.stabbur.project.life;

import org.jspecify.annotations.NullMarked;
