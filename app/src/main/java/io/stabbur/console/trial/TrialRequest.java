package io.stabbur.console.trial;

import java.util.UUID;

/// What is asked for of an organization; what was tried is done only where it equals what is asked
/// for.
public interface TrialRequest {
  UUID organization();

  /// As one text of what waits for a second operator.
  String subject();
}
