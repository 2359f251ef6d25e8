package io.stabbur.attack;

import java.util.Optional;
import java.util.function.Function;

/// One request of a try, and what the attacker does with its answer.
///
/// @param operation what is tried, for reports and statistics
/// @param intent whether the caller asks for what it is entitled to
record Attempt(
    String operation,
    Caller caller,
    Request request,
    Intent intent,
    Function<Answer, Optional<Attempt>> next) {
  /// Control requests show that the generator gets past the door: they must mostly succeed.
  enum Intent {
    CONTROL,
    ATTACK
  }

  static Attempt attack(String operation, Caller caller, Request request) {
    return new Attempt(operation, caller, request, Intent.ATTACK, _ -> Optional.empty());
  }

  static Attempt control(String operation, Caller caller, Request request) {
    return new Attempt(operation, caller, request, Intent.CONTROL, _ -> Optional.empty());
  }

  /// The same, with what follows a success.
  Attempt then(Function<Answer, Attempt> following) {
    return new Attempt(
        operation,
        caller,
        request,
        intent,
        answer -> answer.succeeded() ? Optional.of(following.apply(answer)) : Optional.empty());
  }
}
