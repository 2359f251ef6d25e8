/// The domain schema of `supabase/migrations`, asked through the HTTP API. Start at [PolicyMatrix].
@NullMarked
package io.stabbur.domain;

import org.jspecify.annotations.NullMarked;
