package io.stabbur.console.expert;

import io.stabbur.operations.statement.OperatorStatements.Role;
import io.stabbur.operations.statement.OperatorStatements.Viewer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// As whom a page shows data: as a role of the API, or as a person.
///
/// @param person an address of mail or an id; empty where a role looks
public record SeenAs(String role, String person) {
  /// What forms and addresses say where nobody chose.
  static final String USUAL = "service_role";

  public List<Role> roles() {
    return List.of(Role.SERVICE_ROLE, Role.AUTHENTICATED, Role.ANON);
  }

  Viewer viewer() {
    return Viewers.ofApi(role, person);
  }

  /// What a link says that shows something else as the same role or person.
  public String query() {
    return "&as=" + encoded(role) + (person.isEmpty() ? "" : "&person=" + encoded(person));
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
