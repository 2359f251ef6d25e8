/// Operators: who works on this server, in which role.
@NullMarked
package io.stabbur.console.operator;

import org.jspecify.annotations.NullMarked;
