package io.stabbur.console.restore;

import io.stabbur.operations.backup.OrganizationRestore.Request;
import io.stabbur.operations.backup.RestoreTarget;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/// What is to be brought back.
///
/// @param backup its id
/// @param hasMembers whether memberships and invitations come back, too
public record Wish(UUID organization, String backup, boolean hasMembers) {
  private static final String MEMBERS = "with-members";
  private static final String ROWS = "without-members";
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f-]{36}) (\\S{1,100}) (" + MEMBERS + "|" + ROWS + ")");

  /// As one word of what waits for a second operator.
  String subject() {
    return organization + " " + backup + " " + (hasMembers ? MEMBERS : ROWS);
  }

  /// The same read back; empty where it is something else.
  static Optional<Wish> read(String subject) {
    var found = FORM.matcher(subject);
    return found.matches()
        ? Optional.of(
            new Wish(
                UUID.fromString(found.group(1)), found.group(2), found.group(3).equals(MEMBERS)))
        : Optional.empty();
  }

  /// A trial changes nothing.
  Request trial() {
    return request(false);
  }

  Request done() {
    return request(true);
  }

  private Request request(boolean isApplied) {
    return new Request(
        organization, new RestoreTarget.Base(backup), Set.of(), hasMembers, isApplied);
  }
}
