package io.stabbur.console.restore;

import io.stabbur.operations.backup.OrganizationRestore.Report;
import io.stabbur.organization.rows.OrganizationRows.Rows;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// A restore of an organization that was begun on its page.
///
/// @param reason why it failed, as engineers read it; empty where it did not
/// @param report empty until it has ended well
public record RestoreRun(
    Wish wish, Kind kind, State state, Instant at, String reason, Optional<Report> report) {
  /// What is done.
  public enum Kind {
    TRY,
    APPLY;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// How it stands.
  public enum State {
    RUNS,
    DONE,
    FAILED;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public boolean runs() {
    return state == State.RUNS;
  }

  /// Whether it was tried, and may be done now.
  public boolean isTried() {
    return kind == Kind.TRY && state == State.DONE;
  }

  /// Tables in which something changes.
  public List<Rows> tables() {
    return report.stream()
        .flatMap(told -> told.rows().tables().stream())
        .filter(rows -> rows.added() + rows.changed() + rows.removed() > 0)
        .toList();
  }

  public long added() {
    return sum(Rows::added);
  }

  public long changed() {
    return sum(Rows::changed);
  }

  public long removed() {
    return sum(Rows::removed);
  }

  public long files() {
    return report.map(told -> told.files().written()).orElse(0L);
  }

  private long sum(ToLongFunction<Rows> count) {
    return tables().stream().mapToLong(count).sum();
  }
}
