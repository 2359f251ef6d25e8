package io.stabbur.console.expert;

import io.stabbur.operations.statement.OperatorStatements.AsPerson;
import io.stabbur.operations.statement.OperatorStatements.AsRole;
import io.stabbur.operations.statement.OperatorStatements.Role;
import io.stabbur.operations.statement.OperatorStatements.Viewer;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import java.util.List;

/// As whom an operator looks at data, as forms say it.
final class Viewers {
  private static final int LONGEST = 320;

  private Viewers() {}

  /// Whether it is the owner of the tables, who reads what no role of the API may, such as secrets.
  private static boolean isOwner(Viewer viewer) {
    return viewer instanceof AsRole(var role) && role == Role.OWNER;
  }

  /// A person where one is named, else a role of the API, never the owner of the tables.
  static Viewer ofApi(String role, String person) {
    var viewer = of(role, person);
    if (isOwner(viewer)) {
      throw new ApiException(new Failure.Malformed("role"));
    }
    return viewer;
  }

  /// A person where one is named, else a role.
  static Viewer of(String role, String person) {
    if (person.length() > LONGEST) {
      throw new ApiException(new Failure.Malformed("person"));
    }
    if (!person.isEmpty()) {
      return new AsPerson(person);
    }
    return List.of(Role.values()).stream()
        .filter(each -> each.word().equals(role))
        .findFirst()
        .map(AsRole::new)
        .orElseThrow(() -> new ApiException(new Failure.Malformed("role")));
  }
}
