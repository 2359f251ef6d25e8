package io.stabbur.operations.probe;

import io.stabbur.operations.advisor.Finding.Acceptance;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who reached what of the other organization.
///
/// @param callers the columns
/// @param unprobed what could not be tried, one sentence each
public record Matrix(List<String> callers, List<Row> rows, List<String> unprobed) {
  public Matrix {
    callers = List.copyOf(callers);
    rows = List.copyOf(rows);
    unprobed = List.copyOf(unprobed);
  }

  /// A table, view, function, bucket or topic.
  ///
  /// @param reaches by caller
  /// @param accepted why leaks of it may stay
  public record Row(
      String kind, String name, Map<String, Reach> reaches, Optional<Acceptance> accepted) {
    public Row {
      reaches = Map.copyOf(reaches);
    }

    /// The key under which a leak is accepted.
    public String key() {
      return "isolation_" + kind.replace(' ', '_') + '_' + name;
    }

    public boolean leaks() {
      return accepted.isEmpty()
          && reaches.values().stream().anyMatch(reach -> !reach.deeds().isEmpty());
    }
  }

  /// What one caller reached.
  ///
  /// @param deeds none where all is well
  /// @param why the policy or the like that let the caller, or kept it out
  public record Reach(List<Deed> deeds, String why) {
    public Reach {
      deeds = List.copyOf(deeds);
    }
  }

  public List<Row> leaks() {
    return rows.stream().filter(Row::leaks).toList();
  }
}
