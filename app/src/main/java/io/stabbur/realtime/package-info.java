/// Realtime: Phoenix sockets and channels at `/realtime/v1`, broadcast, presence, and changes of
/// rows that the row policies let a subscriber see. Sockets and channels know nothing of the
/// database's stream; they meet it at [io.stabbur.realtime.change.ChangeFeed].
@NullMarked
@Configuration
@Requires(property = "stabbur.gateway.data-only", notEquals = "true")
package io.stabbur.realtime;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
