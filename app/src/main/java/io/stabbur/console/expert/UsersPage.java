package io.stabbur.console.expert;

import io.stabbur.auth.people.Person;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Accounts of a project, in the order of their addresses.
///
/// @param text what is looked for; empty for all
/// @param isFirst whether the list begins with the first account
/// @param next after whom the next page begins; absent on the last one
public record UsersPage(
    String text, boolean isFirst, List<Person> people, @Nullable UUID next, Instant now) {
  public UsersPage {
    people = List.copyOf(people);
  }

  /// What the link to the next page says, after the project.
  public String nextQuery() {
    return "&after=" + next + "&q=" + SeenAs.encoded(text);
  }

  public String firstQuery() {
    return "&q=" + SeenAs.encoded(text);
  }
}
