package io.stabbur.project;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// What was opened so far, to be closed again in reverse order.
final class Undo {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final Deque<Step> steps = new ArrayDeque<>();

  /// One thing that was opened.
  private record Step(String what, AutoCloseable part) {}

  /// Notes a part that was opened.
  ///
  /// @param what for the message of a failure, such as `api pool of project default`
  <T extends AutoCloseable> T add(String what, T part) {
    steps.push(new Step(what, part));
    return part;
  }

  /// The same parts, for whoever is going to close them instead.
  Undo copy() {
    var copy = new Undo();
    copy.steps.addAll(steps);
    return copy;
  }

  /// Closes none of them: somebody else does.
  void forget() {
    steps.clear();
  }

  /// Closes all parts, the latest first.
  void run(CloseAll closing) {
    steps.forEach(step -> closing.close(step.what(), LIMIT, step.part()));
    steps.clear();
  }

  /// Closes all parts after a failure; what fails on the way is suppressed in it.
  void run(RuntimeException failure) {
    var closing = new CloseAll();
    run(closing);
    try {
      closing.throwFailure();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
