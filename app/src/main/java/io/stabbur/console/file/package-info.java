/// Files: what takes room, what is public, and how long files are kept.
@NullMarked
package io.stabbur.console.file;

import org.jspecify.annotations.NullMarked;
