/// The PostgREST-compatible data API under `/rest/v1`. A request goes through five stages, each
/// with its own types: `request` (words), `plan` (names that exist in the `catalog`), `sql` (text),
/// [Executor] (rows, the only I/O) and `reply` (words again). Start at [DataController]. Imports no
/// sibling capability.
@NullMarked
package io.stabbur.data;

import org.jspecify.annotations.NullMarked;
