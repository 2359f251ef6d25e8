/// The Storage API: rows decide, bytes follow. Start at `object.ObjectController` for the REST
/// surface and at `object.Uploads` for the order in which rows and bytes are written.
/// [StorageError] is everything a client may be told; nothing here knows another capability.
@NullMarked
@Configuration
@Requires(property = "stabbur.gateway.data-only", notEquals = "true")
package io.stabbur.storage;

import io.micronaut.context.annotation.Configuration;
import io.micronaut.context.annotation.Requires;
import org.jspecify.annotations.NullMarked;
