/// Work on all objects below a prefix: done as the caller who asked, a batch at a time, by whatever
/// process has the time. Start at [Jobs]; [JobRows] keeps how far each is.
@NullMarked
package io.stabbur.storage.job;

import org.jspecify.annotations.NullMarked;
