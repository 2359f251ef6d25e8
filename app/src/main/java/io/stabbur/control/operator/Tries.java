package io.stabbur.control.operator;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/// Counts tries of passwords and codes by network and by account, in the control database, so that
/// more processes allow no more of them.
@Singleton
final class Tries {
  private static final Duration WINDOW = Duration.ofMinutes(15);

  private final SignInAttempts attempts;
  private final Clock clock;

  Tries(SignInAttempts attempts, Clock clock) {
    this.attempts = attempts;
    this.clock = clock;
  }

  /// Counts a try before it is made; refused where there were too many.
  void count(String subject, int most) {
    var now = clock.instant();
    attempts.count(subject, now, now.minus(WINDOW));
    if (attempts.findBySubject(subject).map(SignInAttempt::tries).orElse(1) > most) {
      throw new ApiException(
          new Failure.Crowded("Too many sign-ins that failed; wait a quarter of an hour"));
    }
  }

  /// One that was right does not count.
  void takeBack(String subject) {
    attempts.takeBack(subject);
  }
}
