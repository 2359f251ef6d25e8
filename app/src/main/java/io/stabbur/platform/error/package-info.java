/// What a client may be told instead of an answer. Start at [ApiError]; [Failure] holds what every
/// API shares, each room seals its own. Imports nothing of ours.
@NullMarked
package io.stabbur.platform.error;

import org.jspecify.annotations.NullMarked;
