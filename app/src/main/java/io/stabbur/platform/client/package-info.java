/// Calls to other servers, bounded in time and memory. Start at [BoundedCalls]; [RemoteSnapshot]
/// caches what such a call brought. Imports only `platform.error`.
@NullMarked
package io.stabbur.platform.client;

import org.jspecify.annotations.NullMarked;
