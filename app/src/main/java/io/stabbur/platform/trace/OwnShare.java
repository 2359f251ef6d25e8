package io.stabbur.platform.trace;

import java.util.concurrent.ThreadLocalRandom;

/// Takes a share of the requests by a number of our own: the trace id can be a client's choice.
///
/// @param share from 0 to 1
record OwnShare(double share) {
  boolean takes() {
    return ThreadLocalRandom.current().nextDouble() < share;
  }
}
