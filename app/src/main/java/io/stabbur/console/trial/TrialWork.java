package io.stabbur.console.trial;

import io.stabbur.console.run.Run;
import java.util.Locale;

/// What goes on about an organization.
///
/// @param name of the organization, which the project may not know any more
public record TrialWork<Q extends TrialRequest>(String name, Q request, Kind kind)
    implements Run.Work {
  /// Whether it is tried, which changes nothing, or done.
  public enum Kind {
    TRY,
    APPLY
  }

  @Override
  public String word() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
