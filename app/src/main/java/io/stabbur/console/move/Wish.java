package io.stabbur.console.move;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// What is to be moved.
///
/// @param name of the organization, which the project no longer knows once it has moved
/// @param to the name of the other project
/// @param isAgain whether what the other project has of it already becomes what it is here
public record Wish(UUID organization, String name, String to, boolean isAgain) {
  private static final String AGAIN = "again";
  private static final String ONCE = "once";
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f-]{36}) (\\S+) (" + AGAIN + "|" + ONCE + ")");

  /// As one word of what waits for a second owner.
  String subject() {
    return organization + " " + to + " " + (isAgain ? AGAIN : ONCE);
  }

  /// The same read back; empty where it is something else.
  ///
  /// @param name of the organization
  static Optional<Wish> read(String subject, String name) {
    var found = FORM.matcher(subject);
    return found.matches()
        ? Optional.of(
            new Wish(
                UUID.fromString(found.group(1)),
                name,
                found.group(2),
                found.group(3).equals(AGAIN)))
        : Optional.empty();
  }
}
