/// What the data API may answer instead of data, as one closed type of plain values. The words and
/// codes of the wire are in the renderer at the root of the capability; this package knows no
/// other.
@NullMarked
package io.stabbur.data.error;

import org.jspecify.annotations.NullMarked;
