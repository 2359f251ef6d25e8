/// Where the bytes live. Start at [Backend]: one interface, a folder of plain files and an
/// S3-compatible store behind it. Knows no rows, no callers and no HTTP.
@NullMarked
package io.stabbur.storage.backend;

import org.jspecify.annotations.NullMarked;
