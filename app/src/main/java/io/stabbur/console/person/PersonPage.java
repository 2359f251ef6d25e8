package io.stabbur.console.person;

import io.stabbur.auth.people.Person;
import io.stabbur.console.form.ConsoleForm;
import io.stabbur.console.page.Frame;
import io.stabbur.console.page.Page;
import io.stabbur.organization.management.Membership;
import io.stabbur.organization.management.PersonDesk.Known;
import java.time.Instant;
import java.util.List;

/// Somebody of a project, and what can be done for them.
///
/// @param hasOrganizations whether the project keeps organizations
/// @param roles of members, lowest first
public record PersonPage(
    Frame frame,
    String project,
    Person person,
    Known known,
    boolean hasOrganizations,
    List<String> roles,
    Instant now)
    implements Page {
  public PersonPage {
    roles = List.copyOf(roles);
  }

  public String name() {
    return known.name().isEmpty() ? person.name() : known.name();
  }

  public String path() {
    return "/people/" + project + "/" + person.id();
  }

  /// What the organization of a membership is called.
  public static String title(Membership membership) {
    return ConsoleForm.asked(membership.organizationName(), membership.organization());
  }

  /// Tells the forms about a membership apart.
  public static String mark(Membership membership) {
    return membership.id() + "-" + membership.organization();
  }

  public boolean isSuspended() {
    return person.isSuspended(now);
  }
}
