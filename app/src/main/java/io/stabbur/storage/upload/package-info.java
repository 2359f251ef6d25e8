/// Resumable uploads (tus 1.0). Start at [Resumables]; [ResumableRows] keeps everything about an
/// upload but its bytes, so any process can go on where another ended.
@NullMarked
package io.stabbur.storage.upload;

import org.jspecify.annotations.NullMarked;
