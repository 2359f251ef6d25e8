package io.stabbur.console.organization;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.console.page.Paging;
import io.stabbur.organization.management.Organization;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The organizations of a project, some at a time.
///
/// @param list absent where the project's database does not answer
/// @param text what is looked for; empty for all
/// @param form what was filled in to make one
public record OrganizationsPage(
    Frame frame,
    String project,
    List<String> projects,
    Optional<Listed> list,
    String text,
    boolean isFirst,
    ConsoleForm form)
    implements Page {
  /// Those of one page.
  ///
  /// @param hasOrganizations whether the project keeps organizations at all
  /// @param all how many there are that fit
  /// @param next after which one the next page begins; absent on the last one
  public record Listed(
      boolean hasOrganizations, List<Organization> organizations, int all, @Nullable UUID next) {
    static final Listed NONE = new Listed(false, List.of(), 0, null);

    public Listed {
      organizations = List.copyOf(organizations);
    }
  }

  public OrganizationsPage {
    projects = List.copyOf(projects);
  }

  public Paging paging() {
    return new Paging(text, isFirst, list.map(Listed::next).map(UUID::toString).orElse(null));
  }
}
