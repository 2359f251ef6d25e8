package io.stabbur.control.operator;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Lets something be done only after two operators asked for it. What one asked for holds for a
/// week.
@Singleton
public final class TwoPersons {
  private static final Duration LIFE = Duration.ofDays(7);

  private final Approvals approvals;
  private final Clock clock;

  TwoPersons(Approvals approvals, Clock clock) {
    this.approvals = approvals;
    this.clock = clock;
  }

  /// Whether another operator asked for the same, which holds until [#finish]; else it is noted
  /// that this one does. Somebody who was made an operator, or set up the second factor, after the
  /// other asked does not count as a second person.
  ///
  /// @param act such as `erase`
  /// @param subject whom it is about, by id
  public boolean agree(SignedIn operator, String project, String act, String subject) {
    return agree(operator, project, act, subject, false);
  }

  /// The same of what owners alone may do: who asked for it and is no owner any more does not
  /// count.
  public boolean agreeAsOwner(SignedIn operator, String project, String act, String subject) {
    return agree(operator, project, act, subject, true);
  }

  private boolean agree(
      SignedIn operator, String project, String act, String subject, boolean isOfOwners) {
    expire();
    var id = operator.requireOperator();
    if (approvals.isAgreed(project, act, subject, id, isOfOwners)) {
      return true;
    }
    var _ = approvals.add(project, act, subject, id, operator.email(), clock.instant(), isOfOwners);
    return false;
  }

  /// Forgets what was asked for, once it is done.
  public void finish(String project, String act, String subject) {
    var _ = approvals.remove(project, act, subject);
  }

  /// Takes back what this operator asked for.
  public void withdraw(SignedIn operator, String project, String act, String subject) {
    var _ = approvals.withdraw(project, act, subject, operator.requireOperator());
  }

  /// What waits about somebody.
  public Optional<Approval> waiting(String project, String act, String subject) {
    expire();
    return approvals.findByProjectAndActAndSubject(project, act, subject);
  }

  /// What waits in a project, the oldest first.
  public List<Approval> waiting(String project, String act) {
    expire();
    return approvals.findByProjectAndActOrderByAskedAt(project, act);
  }

  private void expire() {
    var _ = approvals.expire(clock.instant().minus(LIFE));
  }
}
