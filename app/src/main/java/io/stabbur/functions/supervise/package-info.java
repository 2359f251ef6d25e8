/// Deno processes: started on the first request, reused, bounded and retired. Start at
/// [Supervisor]; [Pool] has the processes of one version. Knows neither requests nor their callers.
@NullMarked
package io.stabbur.functions.supervise;

import org.jspecify.annotations.NullMarked;
