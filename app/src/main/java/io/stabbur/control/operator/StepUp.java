package io.stabbur.control.operator;

import io.stabbur.platform.crypto.Totp;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Asks once more for a code of the second factor, before what a session that was left open must
/// not do. A code counts once, also the one of the sign-in.
@Singleton
public final class StepUp {
  private final Operators operators;
  private final Tries tries;
  private final Clock clock;

  StepUp(Operators operators, Tries tries, Clock clock) {
    this.operators = operators;
    this.tries = tries;
    this.clock = clock;
  }

  /// How an attempt ends.
  public enum Outcome {
    DONE,
    WRONG,
    /// There is no second factor yet.
    NO_FACTOR
  }

  /// Takes a code.
  ///
  /// @throws ApiException where too many were wrong
  public Outcome attempt(SignedIn operator, String code) {
    var known =
        operators
            .findById(operator.requireOperator())
            .orElseThrow(() -> new ApiException(new Failure.Unauthenticated("No such operator")));
    var factor = known.factor();
    if (factor == null) {
      return Outcome.NO_FACTOR;
    }
    var subject = "account " + known.email();
    tries.count(subject, SignIn.TRIES_AT_ACCOUNT);
    long step = Totp.of(factor).matches(code.strip(), clock.instant());
    if (step < 0 || operators.useCode(known.id(), step) == 0) {
      return Outcome.WRONG;
    }
    tries.takeBack(subject);
    return Outcome.DONE;
  }
}
