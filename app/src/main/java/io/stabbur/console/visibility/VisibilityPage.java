package io.stabbur.console.visibility;

import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.project.ProjectChoice;
import io.stabbur.operations.probe.Matrix;
import io.stabbur.operations.probe.ProbeDesk.Standing;
import io.stabbur.operations.probe.ProbeDesk.State;
import java.util.List;
import java.util.Optional;

/// Who reaches what in a project.
///
/// @param standing absent where nobody has tried yet
public record VisibilityPage(Frame frame, ProjectChoice choice, Optional<Standing> standing)
    implements Page {
  /// Another text as soon as a trial begins, goes on or ends.
  static String state(Optional<Standing> standing) {
    return standing
        .map(each -> each.state() + " " + each.run().begunAt() + " " + each.run().done())
        .orElse("");
  }

  public boolean runs() {
    return standing.filter(each -> each.state() == State.RUNS).isPresent();
  }

  public boolean failed() {
    return standing.filter(each -> each.state() == State.FAILED).isPresent();
  }

  public Optional<Matrix> matrix() {
    return standing.flatMap(Standing::result);
  }

  public Words words() {
    return new Words(frame.texts());
  }

  /// Things of one kind, those that leak first.
  public record Group(String kind, List<Matrix.Row> rows) {
    public Group {
      rows = List.copyOf(rows);
    }
  }

  public List<Group> groups(Matrix matrix) {
    return matrix.rows().stream()
        .map(Matrix.Row::kind)
        .distinct()
        .map(kind -> group(matrix, kind))
        .toList();
  }

  private static Group group(Matrix matrix, String kind) {
    return new Group(
        kind,
        matrix.rows().stream()
            .filter(row -> row.kind().equals(kind))
            .sorted((a, b) -> Boolean.compare(b.leaks(), a.leaks()))
            .toList());
  }
}
