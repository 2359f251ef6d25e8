/// Objects: storing, reading, listing, moving and removing them. Start at [Uploads] for writes and
/// [Reads] for reads; [ObjectRows] holds the SQL. Uses `bucket` and `backend`, and no other room.
@NullMarked
package io.stabbur.storage.object;

import org.jspecify.annotations.NullMarked;
