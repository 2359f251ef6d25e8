package io.stabbur.console.expert;

import io.stabbur.operations.statement.OperatorStatements.Done;
import io.stabbur.operations.statement.OperatorStatements.Outcome;
import io.stabbur.operations.statement.OperatorStatements.Relation;
import io.stabbur.operations.statement.OperatorStatements.Role;
import io.stabbur.operations.statement.RowFilter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Some rows of a table, as somebody sees it.
///
/// @param person empty where a role looks at it
/// @param columns by which rows can be filtered
/// @param page from 0 on
/// @param key the columns of the primary key; empty where there is none
public record TablePage(
    String schema,
    String table,
    String role,
    String person,
    RowFilter filter,
    List<String> columns,
    int page,
    List<String> key,
    Outcome outcome) {
  public TablePage {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /// The address of the table below `/console`.
  public String path() {
    return "/expert/tables/" + new Relation(schema, table, "", 0, 0).path();
  }

  public List<Role> roles() {
    return List.of(Role.SERVICE_ROLE, Role.AUTHENTICATED, Role.ANON);
  }

  public List<RowFilter.Test> tests() {
    return List.of(RowFilter.Test.values());
  }

  public boolean hasMore() {
    return outcome instanceof Done done && done.table().isCut();
  }

  /// Where in each row the key stands; empty where rows cannot be told apart.
  public List<Integer> keyPlaces() {
    return outcome instanceof Done(var table, _)
        ? key.stream().map(table.columns()::indexOf).filter(place -> place >= 0).toList()
        : List.of();
  }

  /// The address of the form of a row below `/console`.
  public String rowPath(String project) {
    return "/expert/tables/"
        + project
        + "/"
        + new Relation(schema, table, "", 0, 0).path()
        + "/row";
  }

  /// What a link to another page says, after the project.
  public String query(int wanted) {
    var viewer = "&as=" + encoded(role) + "&person=" + encoded(person);
    return viewer + filterQuery() + "&page=" + wanted;
  }

  private String filterQuery() {
    return filter.isNone()
        ? ""
        : "&column="
            + encoded(filter.column())
            + "&test="
            + filter.test().word()
            + "&value="
            + encoded(filter.value());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
