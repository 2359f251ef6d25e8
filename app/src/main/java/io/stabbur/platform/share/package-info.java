/// Capacity that many callers use at once, divided among them. Start at [FairShare]; a [Share] says
/// on whose behalf capacity is asked for. A [TokenBucket] limits a rate. Imports only
/// `platform.error`.
@NullMarked
package io.stabbur.platform.share;

import org.jspecify.annotations.NullMarked;
