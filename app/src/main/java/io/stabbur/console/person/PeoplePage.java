package io.stabbur.console.person;

import io.stabbur.auth.people.Person;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.page.Paging;
import io.stabbur.organization.management.Invited;
import io.stabbur.organization.management.Organization;
import io.stabbur.organization.management.PersonDesk.Known;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The people of a project, some at a time.
///
/// @param projects all that may be chosen
/// @param list absent where the project's database does not answer
/// @param text what is looked for; empty for everybody
/// @param isFirst whether the list begins with the first of them
/// @param invited who was just invited; absent where nobody was
/// @param form what was filled in to invite somebody
public record PeoplePage(
    Frame frame,
    String project,
    List<String> projects,
    Optional<Listed> list,
    String text,
    boolean isFirst,
    @Nullable Invited invited,
    Form form)
    implements Page {
  /// Those of one page.
  ///
  /// @param organizations those into which somebody may be invited; empty where there are none
  /// @param hasOrganizations whether the project keeps organizations at all
  /// @param isCut whether more people have the text in the name than are looked up
  /// @param next after whom the next page begins; absent on the last one
  public record Listed(
      List<Line> people,
      List<Organization> organizations,
      List<String> roles,
      boolean hasOrganizations,
      boolean isCut,
      @Nullable UUID next) {
    public Listed {
      people = List.copyOf(people);
      organizations = List.copyOf(organizations);
      roles = List.copyOf(roles);
    }
  }

  /// Somebody, and what organizations know of them.
  public record Line(Person person, Known known) {
    public String name() {
      return known.name().isEmpty() ? person.name() : known.name();
    }
  }

  /// What was filled in.
  public record Form(String email, String organization, String role) {
    static final Form EMPTY = new Form("", "", "");
  }

  public PeoplePage {
    projects = List.copyOf(projects);
  }

  public Paging paging() {
    return new Paging(text, isFirst, list.map(Listed::next).map(UUID::toString).orElse(null));
  }
}
