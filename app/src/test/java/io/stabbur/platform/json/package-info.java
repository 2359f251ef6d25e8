/// Queries on JSON.
@NullMarked
package io.stabbur.platform.json;

import org.jspecify.annotations.NullMarked;
