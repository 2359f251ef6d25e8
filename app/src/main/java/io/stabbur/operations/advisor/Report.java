package io.stabbur.operations.advisor;

import io.stabbur.operations.advisor.Finding.Acceptance;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the advisor says of one database.
///
/// @param schemas that the data API serves
/// @param unjudged what could not be looked at, one sentence each
public record Report(
    List<String> schemas, List<Table> tables, List<Finding> findings, List<String> unjudged) {
  public Report {
    schemas = List.copyOf(schemas);
    tables = List.copyOf(tables);
    findings = List.copyOf(findings);
    unjudged = List.copyOf(unjudged);
  }

  /// A table, view or the like that the API serves.
  ///
  /// @param readers the API's roles that may read it at all
  /// @param policies in plain words
  public record Table(
      String schema,
      String name,
      String kind,
      boolean hasRls,
      List<String> readers,
      List<String> writers,
      List<Words> policies) {}

  /// A policy in plain words.
  public record Words(String name, String text) {}

  /// The same report, in which findings are accepted for the reasons given by key, and no others.
  Report accepting(Map<String, Acceptance> reasons) {
    return new Report(
        schemas,
        tables,
        findings.stream()
            .map(each -> each.accepted(Optional.ofNullable(reasons.get(each.key()))))
            .toList(),
        unjudged);
  }

  public List<Finding> open() {
    return findings.stream().filter(Finding::isOpen).toList();
  }
}
