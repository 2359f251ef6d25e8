package io.stabbur.control.operator;

import io.stabbur.platform.crypto.Totp;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import jakarta.inject.Singleton;
import java.time.Clock;

/// Asks once more for a code of the second factor, before what a session that was left open must
/// not do. A code counts once, also the one of the sign-in.
@Singleton
public final class StepUp {
  /// The code of a refusal: the code is wrong, or was used already.
  public static final String WRONG = "code_wrong";

  /// The code of a refusal: the operator has no second factor.
  public static final String NONE = "no_factor";

  private static final int FORBIDDEN = 403;

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

  /// Takes a code, or refuses.
  public void require(SignedIn operator, String code) {
    switch (attempt(operator, code)) {
      case DONE -> {}
      case NO_FACTOR -> throw refused(NONE, "Set up an app for codes first");
      case WRONG ->
          throw refused(WRONG, "The code is wrong or was used already; wait for the next one");
    }
  }

  private static ApiException refused(String code, String message) {
    return new ApiException(new Refused(FORBIDDEN, code, message));
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
