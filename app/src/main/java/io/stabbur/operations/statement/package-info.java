/// Which statements cost the most, and which index they may lack. Start at [Statements].
@NullMarked
package io.stabbur.operations.statement;

import org.jspecify.annotations.NullMarked;
