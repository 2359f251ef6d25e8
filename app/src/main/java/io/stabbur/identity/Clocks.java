package io.stabbur.identity;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.time.Clock;

/// The one clock, so that a test can move it.
@Factory
final class Clocks {
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }
}
