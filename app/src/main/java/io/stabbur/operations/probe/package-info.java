/// Tries whether one organization reaches what belongs to another. Start at [IsolationProbe].
@NullMarked
package io.stabbur.operations.probe;

import org.jspecify.annotations.NullMarked;
