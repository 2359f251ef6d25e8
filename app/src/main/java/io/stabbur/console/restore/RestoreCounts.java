package io.stabbur.console.restore;

import io.stabbur.operations.backup.OrganizationRestore.Report;
import io.stabbur.organization.rows.OrganizationRows.Rows;
import java.util.List;
import java.util.function.ToLongFunction;

/// What a restore of an organization has changed, or would change.
public record RestoreCounts(Report report) {
  /// Tables in which something changes.
  public List<Rows> tables() {
    return report.rows().tables().stream()
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
    return report.files().written();
  }

  private long sum(ToLongFunction<Rows> count) {
    return tables().stream().mapToLong(count).sum();
  }
}
