package io.stabbur.console.restore;

import io.stabbur.console.trial.TrialRequest;
import io.stabbur.console.trial.TrialWork.Kind;
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
public record RestoreRequest(UUID organization, String backup, boolean hasMembers)
    implements TrialRequest {
  private static final String MEMBERS = "with-members";
  private static final String ROWS = "without-members";
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f-]{36}) (\\S{1,100}) (" + MEMBERS + "|" + ROWS + ")");

  @Override
  public String subject() {
    return organization + " " + backup + " " + (hasMembers ? MEMBERS : ROWS);
  }

  /// The same read back; empty where it is something else.
  static Optional<RestoreRequest> read(String subject) {
    var found = FORM.matcher(subject);
    return found.matches()
        ? Optional.of(
            new RestoreRequest(
                UUID.fromString(found.group(1)), found.group(2), found.group(3).equals(MEMBERS)))
        : Optional.empty();
  }

  /// As backups take it; a trial changes nothing.
  Request of(Kind kind) {
    return new Request(
        organization,
        new RestoreTarget.Base(backup),
        Set.of(),
        hasMembers,
        switch (kind) {
          case TRY -> false;
          case APPLY -> true;
        });
  }
}
