/// Stabbur: a Supabase-compatible backend in one process. Start at [Application]; the rooms are the
/// sub-packages, and imports point one way: admin, operations → auth, data, storage, realtime,
/// functions → identity → project → platform.
@NullMarked
package io.stabbur;

import org.jspecify.annotations.NullMarked;
