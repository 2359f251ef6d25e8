package io.stabbur.operations.backup;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The roles of a server in the statements that a dump has of them. Nothing of these statements is
/// run here: a server wrote them that somebody else runs.
final class DumpedRoles {
  private static final Pattern ROLE =
      Pattern.compile("(?m)^alter role (?:\"((?:[^\"]++|\"\")++)\"|([a-z_][a-z0-9_$]*)) ");

  private DumpedRoles() {}

  static Set<String> names(String statements) {
    var names = new TreeSet<String>();
    ROLE.matcher(statements)
        .results()
        .forEach(
            found ->
                names.add(
                    found.group(1) == null
                        ? found.group(2)
                        : found.group(1).replace("\"\"", "\"")));
    return names;
  }
}
