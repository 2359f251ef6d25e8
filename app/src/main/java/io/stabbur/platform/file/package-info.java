/// Files that must survive: written whole or not at all, on disk when the call returns; and locks
/// that other processes see. And streams of long files.
@NullMarked
package io.stabbur.platform.file;

import org.jspecify.annotations.NullMarked;
