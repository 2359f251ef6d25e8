/// Buckets and files as somebody sees them, for whoever looks after a project. Start at [FileDesk].
/// For the console; must not be imported by other rooms.
@NullMarked
package io.stabbur.storage.browse;

import org.jspecify.annotations.NullMarked;
