package io.stabbur.console.move;

import io.stabbur.console.trial.TrialRequest;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// What is to be moved.
///
/// @param to the name of the other project
/// @param isAgain whether what the other project has of it already becomes what it is here
public record MoveRequest(UUID organization, String to, boolean isAgain) implements TrialRequest {
  private static final String AGAIN = "again";
  private static final String ONCE = "once";
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f-]{36}) (\\S+) (" + AGAIN + "|" + ONCE + ")");

  @Override
  public String subject() {
    return organization + " " + to + " " + (isAgain ? AGAIN : ONCE);
  }

  /// The same read back; empty where it is something else.
  static Optional<MoveRequest> read(String subject) {
    var found = FORM.matcher(subject);
    return found.matches()
        ? Optional.of(
            new MoveRequest(
                UUID.fromString(found.group(1)), found.group(2), found.group(3).equals(AGAIN)))
        : Optional.empty();
  }
}
