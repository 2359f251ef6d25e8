/// Health: what this process can serve at this moment. Start at [Readiness].
@NullMarked
package io.stabbur.operations.health;

import org.jspecify.annotations.NullMarked;
