/// Files that must survive: written whole or not at all, on disk when the call returns.
@NullMarked
package io.stabbur.platform.file;

import org.jspecify.annotations.NullMarked;
